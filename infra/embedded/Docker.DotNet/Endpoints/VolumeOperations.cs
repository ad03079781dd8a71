using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IVolumeOperations
{
    Task<VolumesListResponse> ListAsync(VolumesListParameters parameters, CancellationToken cancellationToken = default);

    Task<VolumeResponse> CreateAsync(VolumesCreateParameters parameters, CancellationToken cancellationToken = default);

    Task<VolumeResponse> InspectAsync(string name, CancellationToken cancellationToken = default);

    Task RemoveAsync(string name, bool? force = null, CancellationToken cancellationToken = default);
}

internal sealed class VolumeOperations(DockerClient client) : IVolumeOperations
{
    public Task<VolumesListResponse> ListAsync(VolumesListParameters parameters, CancellationToken cancellationToken = default) =>
        client.GetAsync(
            new Query("volumes").Add("filters", parameters?.Filters).ToString(), DockerJson.Default.VolumesListResponse, null, cancellationToken);

    public Task<VolumeResponse> CreateAsync(VolumesCreateParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var body = Messages.Json(parameters, DockerJson.Default.VolumesCreateParameters);
        return client.CallAsync(HttpMethod.Post, "volumes/create", body, DockerJson.Default.VolumeResponse, null, client.DefaultTimeout, cancellationToken);
    }

    public Task<VolumeResponse> InspectAsync(string name, CancellationToken cancellationToken = default) =>
        client.GetAsync(Path(name), DockerJson.Default.VolumeResponse, null, cancellationToken);

    public Task RemoveAsync(string name, bool? force = null, CancellationToken cancellationToken = default) =>
        client.CallAsync(
            HttpMethod.Delete, new Query(Path(name)).Add("force", force).ToString(), null, null, client.DefaultTimeout, cancellationToken);

    private static string Path(string name)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentNullException(nameof(name));
        return $"volumes/{name}";
    }
}
