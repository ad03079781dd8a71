using System.Collections.Concurrent;
using System.Net;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CloudOrch.Agent.Docker;

/// <summary>The engine's images, as <see cref="IContainerRuntime"/> means them.</summary>
internal sealed class DockerImages(IDockerClient docker, TimeProvider clock)
{
    /// <summary>How long an image that was found is taken to be there: a burst of equal pods asks once.</summary>
    private static readonly TimeSpan ImageMemory = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (string Id, long At)> _found = new();

    /// <summary>The sandboxes' image comes with the agent: no registry is needed for it.</summary>
    public async Task LoadPauseAsync(string architecture, CancellationToken ct)
    {
        if (await FindAsync(PauseImage.Name, ct).ConfigureAwait(false) is not null)
            return;
        using var tar = PauseImage.Tar(architecture);
        await DockerErrors.CallAsync(() => docker.Images.LoadImageAsync(new ImageLoadParameters(), tar, new Each<JSONMessage>(_ => { }), ct), ct).ConfigureAwait(false);
    }

    public Task<string?> FindAsync(string image, CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            if (_found.TryGetValue(image, out var found) && clock.GetElapsedTime(found.At) < ImageMemory)
                return found.Id;
            try
            {
                string id = (await docker.Images.InspectImageAsync(image, ct).ConfigureAwait(false)).ID;
                _found[image] = (id, clock.GetTimestamp());
                return id;
            }
            catch (DockerImageNotFoundException)
            {
                _found.TryRemove(image, out _);
                return null;
            }
            catch (DockerApiException refused) when (refused.StatusCode == HttpStatusCode.BadRequest)
            {
                return null; // not a reference; pulling it says so in the engine's words
            }
        },
        ct);

    public Task<PullOutcome> PullAsync(string image, CancellationToken ct) => DockerErrors.CallAsync(
        async Task<PullOutcome> () =>
        {
            string? error = null;
            try
            {
                var reported = new Each<JSONMessage>(m => error = m.Error?.Message ?? m.ErrorMessage ?? error);
                await docker.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = ImagePolicy.WithTag(image) }, null, reported, ct).ConfigureAwait(false);
            }
            catch (DockerApiException refused)
            {
                string words = DockerErrors.Words(refused);
                return new PullOutcome.Failed(words.Contains("invalid reference format", StringComparison.Ordinal) ? "InvalidImageName" : "ErrImagePull", words);
            }

            if (error is not null)
                return new PullOutcome.Failed("ErrImagePull", error);
            _found.TryRemove(image, out _);
            return await FindAsync(image, ct).ConfigureAwait(false) is { } id
                ? new PullOutcome.Pulled(id)
                : new PullOutcome.Failed("ErrImagePull", "the engine pulled the image and does not have it");
        },
        ct);

    public Task<IReadOnlyList<StoredImage>> ListAsync(CancellationToken ct) => DockerErrors.CallAsync(
        async () =>
        {
            // Images first: one that a container was made from in between is found in use.
            var images = await docker.Images.ListImagesAsync(new ImagesListParameters(), ct).ConfigureAwait(false);
            var containers = await docker.Containers.ListContainersAsync(new ContainersListParameters { All = true }, ct).ConfigureAwait(false);
            var used = containers.Select(c => c.ImageID).ToHashSet();
            return (IReadOnlyList<StoredImage>)[.. images.Select(i => new StoredImage(
                i.ID, i.Size, new DateTimeOffset(i.Created.ToUniversalTime(), TimeSpan.Zero), used.Contains(i.ID) || i.RepoTags?.Contains(PauseImage.Name) == true))];
        },
        ct);

    public Task<string?> RemoveAsync(string id, CancellationToken ct) => DockerErrors.CallAsync(
        async Task<string?> () =>
        {
            try
            {
                // Name by name, and by its id when it has none: removing by force would take it from under a container that has ended.
                var names = (await docker.Images.InspectImageAsync(id, ct).ConfigureAwait(false)).RepoTags;
                foreach (string name in names is { Count: > 0 } ? names : [id])
                    await docker.Images.DeleteImageAsync(name, new ImageDeleteParameters(), ct).ConfigureAwait(false);
                return null;
            }
            catch (DockerImageNotFoundException)
            {
                return null;
            }
            catch (DockerApiException refused)
            {
                return DockerErrors.Words(refused);
            }
            finally
            {
                _found.Clear();
            }
        },
        ct);
}
