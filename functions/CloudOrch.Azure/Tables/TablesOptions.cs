using Azure.Core;
using Azure.Data.Tables;

namespace CloudOrch.Azure.Tables;

/// <summary>Where the tables are, and how long one call may take.</summary>
public sealed record TablesOptions
{
    /// <summary>Put before every table's name: letters and digits, first a letter. Empty in production.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>For one try of one request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further tries of a read or of a write that may be repeated.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Tries of a transaction, each after finding out whether the former one took effect.</summary>
    public int CommitAttempts { get; init; } = 5;

    /// <summary>Before the second try; doubled at each further one, up to a second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Client options for what may be repeated blindly: reads, upserts, writes guarded by ETag.</summary>
    internal TableClientOptions Repeatable() => Configure(new TableClientOptions(), Retries);

    /// <summary>Client options for transactions: a repeated one could meet itself, so whether to repeat is the store's decision.</summary>
    internal TableClientOptions Single() => Configure(new TableClientOptions(), 0);

    private TableClientOptions Configure(TableClientOptions options, int retries)
    {
        options.Retry.MaxRetries = retries;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = RetryDelay;
        options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        options.Retry.NetworkTimeout = RequestTimeout;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        return options;
    }
}
