using System.Collections.Concurrent;
using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Journal;
using CloudOrch.Agent.Resources;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Runtime;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Tests.Connection;

/// <summary>A whole agent, enrolled and with an assignment in its journal, on an engine and a control plane in memory.</summary>
internal sealed class AgentWorld : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly Lines _lines = new();
    private Task _running = Task.CompletedTask;

    public AgentWorld(string directory, params AssignedPod[] pods)
    {
        Directory = directory;
        _http = new HttpClient(ControlPlane);
        ControlPlane.Assignment = ControlPlane.Assignment with { Revision = 1, ContentHash = "1", Pods = [.. pods] };
        Journal = new AgentJournal(directory)
        {
            Identity = NodeKeys.Create() with { Enrolment = ControlPlane.Enrolment() },
            Assignment = ControlPlane.Assignment,
        };
    }

    public string Directory { get; }

    public AgentJournal Journal { get; }

    public FakeControlPlane ControlPlane { get; } = new();

    public FakeRuntime Runtime { get; } = new(TimeProvider.System);

    public IReadOnlyCollection<string> Log => _lines.All;

    public bool Runs => !_running.IsCompleted;

    public string? Condition(string type) => ControlPlane.Status?.Node?.Conditions?.FirstOrDefault(c => c.Type == type)?.Status;

    public void Start(INodeMeter meter, string? token = "token")
    {
        var settings = new AgentSettings { Server = new Uri("https://api.test/"), NodeName = "n1", DataDirectory = Directory, NodeAddress = "192.0.2.1", JoinToken = token };
        var logs = new LoggerFactory([_lines]);
        var agent = new NodeAgent(settings, _http, _ => Runtime, new FakeFence(Runtime, TimeProvider.System).Hands, meter, TimeProvider.System, logs);
        _running = Task.Run(() => agent.RunAsync(_stop.Token));
    }

    public Task UntilAsync(Func<bool> condition, string what) => Eventually.Async(
        () => Runs ? condition() : throw new InvalidOperationException($"the agent ended: {_running.Exception?.InnerException}"), Deadline, what);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        ControlPlane.Dispose();
        _stop.Dispose();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _all = new();

        public IReadOnlyCollection<string> All => _all;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // nothing is held
        }
    }
}
