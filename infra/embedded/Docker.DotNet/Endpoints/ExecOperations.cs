using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IExecOperations
{
    /// <exception cref="DockerApiException">409: the container does not run.</exception>
    Task<ContainerExecCreateResponse> ExecCreateContainerAsync(
        string id, ContainerExecCreateParameters parameters, CancellationToken cancellationToken = default);

    Task<ContainerExecInspectResponse> InspectContainerExecAsync(string id, CancellationToken cancellationToken = default);

    Task<MultiplexedStream> StartAndAttachContainerExecAsync(string id, bool tty, CancellationToken cancellationToken = default);

    Task StartContainerExecAsync(string id, CancellationToken cancellationToken = default);
}

internal sealed class ExecOperations(DockerClient client) : IExecOperations
{
    private static readonly KeyValuePair<string, string>[] Hijack = [new("Connection", "Upgrade"), new("Upgrade", "tcp")];

    public Task<ContainerExecCreateResponse> ExecCreateContainerAsync(
        string id, ContainerExecCreateParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(parameters);
        var body = Messages.Json(parameters, DockerJson.Default.ContainerExecCreateParameters);
        return client.CallAsync(
            HttpMethod.Post,
            $"containers/{id}/exec",
            body,
            DockerJson.Default.ContainerExecCreateResponse,
            Faults.NoSuchContainer,
            client.DefaultTimeout,
            cancellationToken);
    }

    public Task<ContainerExecInspectResponse> InspectContainerExecAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return client.GetAsync($"exec/{id}/json", DockerJson.Default.ContainerExecInspectResponse, Faults.NoSuchContainer, cancellationToken);
    }

    public async Task<MultiplexedStream> StartAndAttachContainerExecAsync(string id, bool tty, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var start = new ContainerExecStartParameters { AttachStdin = true, AttachStdout = true, AttachStderr = true, Tty = tty };
        var body = Messages.Json(start, DockerJson.Default.ContainerExecStartParameters);
        var stream = await client.StreamAsync(HttpMethod.Post, $"exec/{id}/start", body, Hijack, Faults.NoSuchContainer, cancellationToken)
            .ConfigureAwait(false);
        return new MultiplexedStream(stream, !tty);
    }

    public Task StartContainerExecAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var body = Messages.Json(new ContainerExecStartParameters { Detach = true }, DockerJson.Default.ContainerExecStartParameters);
        return client.CallAsync(HttpMethod.Post, $"exec/{id}/start", body, Faults.NoSuchContainer, client.DefaultTimeout, cancellationToken);
    }
}
