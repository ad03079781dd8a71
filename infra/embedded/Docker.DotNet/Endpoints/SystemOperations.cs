using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface ISystemOperations
{
    Task<VersionResponse> GetVersionAsync(CancellationToken cancellationToken = default);

    Task PingAsync(CancellationToken cancellationToken = default);

    Task<SystemInfoResponse> GetSystemInfoAsync(CancellationToken cancellationToken = default);

    Task<Stream> MonitorEventsAsync(ContainerEventsParameters parameters, CancellationToken cancellationToken);

    /// <summary>Reports events until the engine closes the connection or the caller cancels.</summary>
    Task MonitorEventsAsync(ContainerEventsParameters parameters, IProgress<Message> progress, CancellationToken cancellationToken = default);
}

internal sealed class SystemOperations(DockerClient client) : ISystemOperations
{
    public Task<VersionResponse> GetVersionAsync(CancellationToken cancellationToken = default) =>
        client.GetAsync("version", DockerJson.Default.VersionResponse, null, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken = default) =>
        client.CallAsync(HttpMethod.Get, "_ping", null, null, client.DefaultTimeout, cancellationToken);

    public Task<SystemInfoResponse> GetSystemInfoAsync(CancellationToken cancellationToken = default) =>
        client.GetAsync("info", DockerJson.Default.SystemInfoResponse, null, cancellationToken);

    public Task<Stream> MonitorEventsAsync(ContainerEventsParameters parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string path = new Query("events").Add("since", parameters.Since).Add("until", parameters.Until).Add("filters", parameters.Filters).ToString();
        return client.StreamAsync(HttpMethod.Get, path, null, null, null, cancellationToken);
    }

    public Task MonitorEventsAsync(ContainerEventsParameters parameters, IProgress<Message> progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return Messages.ReportAsync(MonitorEventsAsync(parameters, cancellationToken), DockerJson.Default.Message, progress, cancellationToken);
    }
}
