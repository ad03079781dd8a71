using System.Collections.Concurrent;
using System.Text.Json;
using CloudOrch.Local.Certificates;

namespace CloudOrch.Local.Broker;

/// <summary>All queues of the local Service Bus, and who may do what with them. Outlives the listener, so a restart of that loses nothing.</summary>
public sealed class BrokerNamespace : IDisposable
{
    private const string DeadLetterSuffix = BusWire.BusOps.DeadLetterSuffix;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };
    private readonly ConcurrentDictionary<string, (BrokerQueue Queue, BrokerQueue DeadLetters)> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _saving = new();

    public BrokerNamespace(BrokerOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock) = (options, clock);
        foreach (var settings in Load().Concat(options.Queues).DistinctBy(q => q.Name, StringComparer.OrdinalIgnoreCase))
            Add(settings.Checked());
        Save();
    }

    internal TimeProvider Clock => _clock;

    /// <exception cref="BrokerException">AlreadyExists, or a value that the service would refuse.</exception>
    public QueueSettings Create(QueueSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings = settings.Checked() with { CreatedAt = _clock.GetUtcNow() };
        if (!Add(settings))
            throw new BrokerException(BrokerException.AlreadyExists, $"SubCode=40900. Conflict. The queue '{settings.Name}' already exists.");
        Save();
        return settings;
    }

    /// <exception cref="BrokerException">NotFound.</exception>
    public void Delete(string name)
    {
        if (!_queues.TryRemove(name, out var pair))
            throw BrokerException.NoSuchQueue(name);
        pair.Queue.Delete();
        Save();
    }

    public IReadOnlyList<string> QueueNames => [.. _queues.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a token allows, or null when it is refused: malformed, for another host, of an unknown rule, badly signed, expired.</summary>
    public async ValueTask<AccessGrant?> GrantAsync(string token, CancellationToken ct)
    {
        if (token.StartsWith(SasToken.Scheme, StringComparison.OrdinalIgnoreCase))
            return Grant(token);
        return _options.Bearer is { } bearer ? await bearer(token, ct).ConfigureAwait(false) : null;
    }

    public void Dispose()
    {
        foreach (var (queue, _) in _queues.Values)
            queue.Dispose();
    }

    /// <exception cref="BrokerException">NotFound.</exception>
    internal BrokerQueue Find(string path)
    {
        var dead = path.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);
        var name = dead ? path[..^DeadLetterSuffix.Length] : path;
        return _queues.TryGetValue(name, out var pair) ? dead ? pair.DeadLetters : pair.Queue : throw BrokerException.NoSuchQueue(path);
    }

    private AccessGrant? Grant(string token)
    {
        if (SasToken.Parse(token) is not { } sas
            || sas.ExpiresAt <= _clock.GetUtcNow()
            || !_options.Hosts.Contains(sas.Resource.Host, StringComparer.OrdinalIgnoreCase))
            return null;

        // A namespace rule signs for anything below the namespace, a queue's rule for that queue only.
        var rules = _options.Rules.Concat(_queues.TryGetValue(QueueOf(sas.Path), out var pair) ? pair.Queue.Settings.Rules : []);
        return rules.FirstOrDefault(r => r.Name == sas.RuleName
                && (sas.IsSignedWith(r.PrimaryKey) || (r.SecondaryKey is { } second && sas.IsSignedWith(second)))) is { } rule
            ? new AccessGrant(sas.Path, rule.Rights, sas.ExpiresAt)
            : null;
    }

    private static string QueueOf(string path) =>
        path.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase) ? path[..^DeadLetterSuffix.Length] : path;

    private bool Add(QueueSettings settings)
    {
        var dead = new BrokerQueue(settings with { Name = settings.Name + DeadLetterSuffix, RequiresSession = false, DefaultTimeToLive = TimeSpan.MaxValue }, _clock, null);
        return _queues.TryAdd(settings.Name, (new BrokerQueue(settings, _clock, dead), dead));
    }

    private List<QueueSettings> Load() =>
        _options.StatePath is { } path && File.Exists(path)
            ? JsonSerializer.Deserialize<List<QueueSettings>>(File.ReadAllText(path), Json) ?? []
            : [];

    private void Save()
    {
        if (_options.StatePath is not { } path)
            return;
        lock (_saving)
        {
            // Queues may have rules of their own, with keys.
            LocalAuthority.WriteSecret(path + ".new", JsonSerializer.Serialize(_queues.Values.Select(q => q.Queue.Settings).OrderBy(q => q.Name, StringComparer.Ordinal), Json));
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
