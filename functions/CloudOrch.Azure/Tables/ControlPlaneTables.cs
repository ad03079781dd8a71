using Azure.Data.Tables;

namespace CloudOrch.Azure.Tables;

/// <summary>The control plane's tables of one storage account, each with a client that repeats and one that does not.</summary>
public sealed class ControlPlaneTables
{
    private readonly TableServiceClient _repeatable;
    private readonly TableServiceClient _single;

    private ControlPlaneTables(TablesOptions options, TableSharedKeyCredential key, Func<TableClientOptions, TableServiceClient> open)
    {
        Options = options;
        SigningKey = key;
        _repeatable = open(options.Repeatable());
        _single = open(options.Single());
    }

    public TablesOptions Options { get; }

    /// <summary>What signs the rows' SAS of nodes: tables know no user-delegation SAS.</summary>
    public TableSharedKeyCredential SigningKey { get; }

    public TablePair State => Open("state");

    public TablePair Events => Open("events");

    public TablePair Leases => Open("leases");

    public TablePair NodeStatus => Open("nodestatus");

    public TablePair Assignments => Open("assignments");

    public TablePair Streams => Open("streams");

    public TablePair Directory => Open("directory");

    public TablePair Due => Open("due");

    /// <param name="endpoint">The account's table endpoint.</param>
    /// <param name="key">The account key.</param>
    /// <param name="options">Names and time-outs.</param>
    public static ControlPlaneTables WithKey(Uri endpoint, TableSharedKeyCredential key, TablesOptions options) =>
        new(options, key, o => new TableServiceClient(endpoint, key, o));

    /// <summary>Creates what is missing; repeatable.</summary>
    public Task EnsureCreatedAsync(CancellationToken cancellation) =>
        Task.WhenAll(new[] { State, Events, Leases, NodeStatus, Assignments, Streams, Directory, Due }
            .Select(table => Faults.GuardAsync(() => table.Repeatable.CreateIfNotExistsAsync(cancellation), cancellation)));

    private TablePair Open(string name) => new(_repeatable.GetTableClient(Options.Prefix + name), _single.GetTableClient(Options.Prefix + name));
}

/// <param name="Repeatable">For what may be done twice.</param>
/// <param name="Single">For transactions.</param>
public sealed record TablePair(TableClient Repeatable, TableClient Single);
