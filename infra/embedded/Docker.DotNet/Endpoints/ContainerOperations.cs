using System.Net;
using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IContainerOperations
{
    Task<IList<ContainerListResponse>> ListContainersAsync(ContainersListParameters parameters, CancellationToken cancellationToken = default);

    /// <exception cref="DockerImageNotFoundException">The image is not in the engine.</exception>
    Task<CreateContainerResponse> CreateContainerAsync(CreateContainerParameters parameters, CancellationToken cancellationToken = default);

    Task<ContainerInspectResponse> InspectContainerAsync(string id, CancellationToken cancellationToken = default);

    Task<Stream> GetContainerLogsAsync(string id, ContainerLogsParameters parameters, CancellationToken cancellationToken = default);

    Task<MultiplexedStream> GetContainerLogsAsync(string id, bool tty, ContainerLogsParameters parameters, CancellationToken cancellationToken = default);

    Task<Stream> GetContainerStatsAsync(string id, ContainerStatsParameters parameters, CancellationToken cancellationToken);

    Task GetContainerStatsAsync(
        string id, ContainerStatsParameters parameters, IProgress<ContainerStatsResponse> progress, CancellationToken cancellationToken = default);

    /// <returns>False when it was running already.</returns>
    Task<bool> StartContainerAsync(string id, ContainerStartParameters parameters, CancellationToken cancellationToken = default);

    /// <returns>False when it was not running.</returns>
    Task<bool> StopContainerAsync(string id, ContainerStopParameters parameters, CancellationToken cancellationToken = default);

    /// <exception cref="DockerApiException">409: it is not running.</exception>
    Task KillContainerAsync(string id, ContainerKillParameters parameters, CancellationToken cancellationToken = default);

    /// <summary>Waits, without a timeout of its own, until the container does not run.</summary>
    Task<ContainerWaitResponse> WaitContainerAsync(string id, CancellationToken cancellationToken = default);

    Task RemoveContainerAsync(string id, ContainerRemoveParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class ContainerOperations(DockerClient client) : IContainerOperations
{
    public async Task<IList<ContainerListResponse>> ListContainersAsync(ContainersListParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var query = new Query("containers/json").Add("size", parameters.Size).Add("all", parameters.All).Add("since", parameters.Since)
            .Add("before", parameters.Before).Add("limit", parameters.Limit).Add("filters", parameters.Filters);
        return await client.GetAsync(query.ToString(), DockerJson.Default.ContainerListResponseArray, null, cancellationToken).ConfigureAwait(false);
    }

    public Task<CreateContainerResponse> CreateContainerAsync(CreateContainerParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string path = new Query("containers/create").Add("name", parameters.Name).Add("platform", parameters.Platform).ToString();
        var body = Messages.Json(parameters, DockerJson.Default.CreateContainerParameters);
        return client.CallAsync(
            HttpMethod.Post, path, body, DockerJson.Default.CreateContainerResponse, Faults.NoSuchImage, client.DefaultTimeout, cancellationToken);
    }

    public Task<ContainerInspectResponse> InspectContainerAsync(string id, CancellationToken cancellationToken = default) =>
        client.GetAsync(Path(id, "/json"), DockerJson.Default.ContainerInspectResponse, Faults.NoSuchContainer, cancellationToken);

    public Task<Stream> GetContainerLogsAsync(string id, ContainerLogsParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var query = new Query(Path(id, "/logs")).Add("stdout", parameters.ShowStdout).Add("stderr", parameters.ShowStderr).Add("since", parameters.Since)
            .Add("until", parameters.Until).Add("timestamps", parameters.Timestamps).Add("follow", parameters.Follow).Add("tail", parameters.Tail);
        return client.StreamAsync(HttpMethod.Get, query.ToString(), null, null, Faults.NoSuchContainer, cancellationToken);
    }

    public async Task<MultiplexedStream> GetContainerLogsAsync(
        string id, bool tty, ContainerLogsParameters parameters, CancellationToken cancellationToken = default) =>
        new(await GetContainerLogsAsync(id, parameters, cancellationToken).ConfigureAwait(false), !tty);

    public Task<Stream> GetContainerStatsAsync(string id, ContainerStatsParameters parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var query = new Query(Path(id, "/stats")).Add("stream", parameters.Stream).Add("one-shot", parameters.OneShot);
        return client.StreamAsync(HttpMethod.Get, query.ToString(), null, null, Faults.NoSuchContainer, cancellationToken);
    }

    public Task GetContainerStatsAsync(
        string id, ContainerStatsParameters parameters, IProgress<ContainerStatsResponse> progress, CancellationToken cancellationToken = default) =>
        Messages.ReportAsync(
            GetContainerStatsAsync(id, parameters, cancellationToken), DockerJson.Default.ContainerStatsResponse, progress, cancellationToken);

    public async Task<bool> StartContainerAsync(string id, ContainerStartParameters parameters, CancellationToken cancellationToken = default)
    {
        string path = new Query(Path(id, "/start")).Add("detachKeys", parameters?.DetachKeys).ToString();
        return await PostAsync(path, client.DefaultTimeout, cancellationToken).ConfigureAwait(false) != HttpStatusCode.NotModified;
    }

    public async Task<bool> StopContainerAsync(string id, ContainerStopParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string path = new Query(Path(id, "/stop")).Add("t", (long?)parameters.WaitBeforeKillSeconds).ToString();
        // The engine answers after the grace period, which may be longer than any default.
        return await PostAsync(path, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false) != HttpStatusCode.NotModified;
    }

    public Task KillContainerAsync(string id, ContainerKillParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return PostAsync(new Query(Path(id, "/kill")).Add("signal", parameters.Signal).ToString(), client.DefaultTimeout, cancellationToken);
    }

    public Task<ContainerWaitResponse> WaitContainerAsync(string id, CancellationToken cancellationToken = default) =>
        client.CallAsync(
            HttpMethod.Post,
            Path(id, "/wait"),
            null,
            DockerJson.Default.ContainerWaitResponse,
            Faults.NoSuchContainer,
            Timeout.InfiniteTimeSpan,
            cancellationToken);

    public Task RemoveContainerAsync(string id, ContainerRemoveParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var query = new Query(Path(id, string.Empty)).Add("v", parameters.RemoveVolumes).Add("link", parameters.RemoveLinks).Add("force", parameters.Force);
        return client.CallAsync(HttpMethod.Delete, query.ToString(), null, Faults.NoSuchContainer, client.DefaultTimeout, cancellationToken);
    }

    private Task<HttpStatusCode> PostAsync(string path, TimeSpan timeout, CancellationToken ct) =>
        client.CallAsync(HttpMethod.Post, path, null, Faults.NoSuchContainer, timeout, ct);

    private static string Path(string id, string rest)
    {
        if (string.IsNullOrEmpty(id))
            throw new ArgumentNullException(nameof(id));
        return $"containers/{id}{rest}";
    }
}
