using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface INetworkOperations
{
    Task<IList<NetworkResponse>> ListNetworksAsync(NetworksListParameters parameters = null, CancellationToken cancellationToken = default);

    Task<NetworkResponse> InspectNetworkAsync(string id, CancellationToken cancellationToken = default);

    Task DeleteNetworkAsync(string id, CancellationToken cancellationToken = default);

    Task<NetworksCreateResponse> CreateNetworkAsync(NetworksCreateParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class NetworkOperations(DockerClient client) : INetworkOperations
{
    public async Task<IList<NetworkResponse>> ListNetworksAsync(NetworksListParameters parameters = null, CancellationToken cancellationToken = default)
    {
        string path = new Query("networks").Add("filters", parameters?.Filters).ToString();
        return await client.GetAsync(path, DockerJson.Default.NetworkResponseArray, null, cancellationToken).ConfigureAwait(false);
    }

    public Task<NetworkResponse> InspectNetworkAsync(string id, CancellationToken cancellationToken = default) =>
        client.GetAsync(Path(id), DockerJson.Default.NetworkResponse, Faults.NoSuchNetwork, cancellationToken);

    public Task DeleteNetworkAsync(string id, CancellationToken cancellationToken = default) =>
        client.CallAsync(HttpMethod.Delete, Path(id), null, Faults.NoSuchNetwork, client.DefaultTimeout, cancellationToken);

    public Task<NetworksCreateResponse> CreateNetworkAsync(NetworksCreateParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var body = Messages.Json(parameters, DockerJson.Default.NetworksCreateParameters);
        return client.CallAsync(
            HttpMethod.Post, "networks/create", body, DockerJson.Default.NetworksCreateResponse, null, client.DefaultTimeout, cancellationToken);
    }

    private static string Path(string id)
    {
        if (string.IsNullOrEmpty(id))
            throw new ArgumentNullException(nameof(id));
        return $"networks/{id}";
    }
}
