using System.Text;
using System.Text.Json;
using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IImageOperations
{
    Task<IList<ImagesListResponse>> ListImagesAsync(ImagesListParameters parameters, CancellationToken cancellationToken = default);

    /// <summary>Pulls; a failure that the engine meets while it pulls is a message with <see cref="JSONMessage.Error"/>, not an exception.</summary>
    Task CreateImageAsync(
        ImagesCreateParameters parameters, AuthConfig authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken = default);

    /// <summary>Imports a tar of a root file system.</summary>
    Task CreateImageAsync(
        ImagesCreateParameters parameters,
        Stream imageStream,
        AuthConfig authConfig,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken = default);

    Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken = default);

    Task TagImageAsync(string name, ImageTagParameters parameters, CancellationToken cancellationToken = default);

    Task<IList<IDictionary<string, string>>> DeleteImageAsync(string name, ImageDeleteParameters parameters, CancellationToken cancellationToken = default);

    /// <summary>Loads images from a tar as <c>docker save</c> writes it.</summary>
    Task LoadImageAsync(ImageLoadParameters parameters, Stream imageStream, IProgress<JSONMessage> progress, CancellationToken cancellationToken = default);
}

internal sealed class ImageOperations(DockerClient client) : IImageOperations
{
    public async Task<IList<ImagesListResponse>> ListImagesAsync(ImagesListParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string path = new Query("images/json").Add("all", parameters.All).Add("filters", parameters.Filters).ToString();
        return await client.GetAsync(path, DockerJson.Default.ImagesListResponseArray, null, cancellationToken).ConfigureAwait(false);
    }

    public Task CreateImageAsync(
        ImagesCreateParameters parameters, AuthConfig authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken = default) =>
        CreateImageAsync(parameters, null, authConfig, progress, cancellationToken);

    public Task CreateImageAsync(
        ImagesCreateParameters parameters,
        Stream imageStream,
        AuthConfig authConfig,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (imageStream is not null)
            parameters.FromSrc = "-";
        string path = new Query("images/create").Add("fromImage", parameters.FromImage).Add("fromSrc", parameters.FromSrc).Add("repo", parameters.Repo)
            .Add("tag", parameters.Tag).Add("message", parameters.Message).Add("changes", parameters.Changes).Add("platform", parameters.Platform).ToString();
        var body = imageStream is null ? null : Messages.Tar(imageStream);
        return Messages.ReportAsync(
            client.StreamAsync(HttpMethod.Post, path, body, [RegistryAuth(authConfig)], null, cancellationToken),
            DockerJson.Default.JSONMessage,
            progress,
            cancellationToken);
    }

    public Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken = default) =>
        client.GetAsync(Path(name, "/json"), DockerJson.Default.ImageInspectResponse, Faults.NoSuchImage, cancellationToken);

    public Task TagImageAsync(string name, ImageTagParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string path = new Query(Path(name, "/tag")).Add("repo", parameters.RepositoryName).Add("tag", parameters.Tag).Add("force", parameters.Force).ToString();
        return client.CallAsync(HttpMethod.Post, path, null, Faults.NoSuchImage, client.DefaultTimeout, cancellationToken);
    }

    public async Task<IList<IDictionary<string, string>>> DeleteImageAsync(
        string name, ImageDeleteParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        string path = new Query(Path(name, string.Empty)).Add("force", parameters.Force).Add("noprune", parameters.NoPrune).ToString();
        return await client.CallAsync(
            HttpMethod.Delete,
            path,
            null,
            DockerJson.Default.IDictionaryStringStringArray,
            Faults.NoSuchImage,
            client.DefaultTimeout,
            cancellationToken).ConfigureAwait(false);
    }

    public Task LoadImageAsync(ImageLoadParameters parameters, Stream imageStream, IProgress<JSONMessage> progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(imageStream);
        string path = new Query("images/load").Add("quiet", (bool?)parameters.Quiet).ToString();
        return Messages.ReportAsync(
            client.StreamAsync(HttpMethod.Post, path, Messages.Tar(imageStream), null, null, cancellationToken),
            DockerJson.Default.JSONMessage,
            progress,
            cancellationToken);
    }

    /// <summary>The engine wants base64 of RFC 4648 section 5, with padding.</summary>
    private static KeyValuePair<string, string> RegistryAuth(AuthConfig authConfig) =>
        new("X-Registry-Auth", Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(authConfig ?? new AuthConfig(), DockerJson.Default.AuthConfig)))
            .Replace('/', '_').Replace('+', '-'));

    private static string Path(string name, string rest)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentNullException(nameof(name));
        return $"images/{name}{rest}";
    }
}
