using System.Formats.Tar;
using System.Text;
using CloudOrch.Testing;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CloudOrch.Embedded.Tests.Docker;

[Collection(DockerCollection.Name)]
public sealed class DockerEngineTests(DockerFixture docker)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_engine_says_what_it_is()
    {
        await docker.Client.System.PingAsync();
        var version = await docker.Client.System.GetVersionAsync();
        var info = await docker.Client.System.GetSystemInfoAsync();

        Assert.Equal("linux", version.Os);
        Assert.NotEmpty(version.APIVersion);
        Assert.Equal(version.Version, info.ServerVersion);
        Assert.Equal($"{docker.Engine.Names.Directory}/data", info.DockerRootDir);
        Assert.Equal(Environment.ProcessorCount, info.NCPU);
        Assert.True(info.MemTotal > 1 << 20);
    }

    [Fact]
    public async Task A_requested_version_is_asked_for_and_refused_when_too_old()
    {
        using var old = new DockerClientConfiguration(docker.Engine.Endpoint).CreateClient(new Version(1, 1));

        var refused = await Assert.ThrowsAsync<DockerApiException>(() => old.System.GetVersionAsync());

        Assert.Contains("too old", refused.ResponseBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_is_imported_tagged_found_and_deleted()
    {
        await docker.Client.Images.CreateImageAsync(
            new ImagesCreateParameters { Repo = "made-here", Tag = "1", Changes = ["CMD [\"/hello\"]"] }, Tar("hello", "hi"), null, new Seen<JSONMessage>());
        await docker.Client.Images.TagImageAsync("made-here:1", new ImageTagParameters { RepositoryName = "made-here", Tag = "2" });

        var image = await docker.Client.Images.InspectImageAsync("made-here:2");
        var listed = await docker.Client.Images.ListImagesAsync(new ImagesListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["reference"] = new Dictionary<string, bool> { ["made-here"] = true } },
        });
        var deleted = await docker.Client.Images.DeleteImageAsync("made-here:2", new ImageDeleteParameters());

        Assert.Equal(["/hello"], image.Config.Cmd);
        Assert.Equal(["made-here:1", "made-here:2"], Assert.Single(listed).RepoTags.Order());
        Assert.Equal("made-here:2", Assert.Single(deleted)["Untagged"]);
        await docker.Client.Images.DeleteImageAsync("made-here:1", new ImageDeleteParameters { Force = true });
        await Assert.ThrowsAsync<DockerImageNotFoundException>(() => docker.Client.Images.InspectImageAsync("made-here:1"));
    }

    [Fact]
    public async Task A_saved_image_is_loaded()
    {
        string file = $"{docker.Engine.Names.Directory}/saved.tar";
        await docker.Engine.RunAsync("tag", "busybox:1", "saved:1");
        await docker.Engine.RunAsync("save", "-o", file, "saved:1");
        await docker.Engine.RunAsync("rmi", "saved:1");
        var seen = new Seen<JSONMessage>();
        using var tar = File.OpenRead(file);

        await docker.Client.Images.LoadImageAsync(new ImageLoadParameters(), tar, seen);

        Assert.Contains(seen.All, m => m.Stream?.Contains("Loaded image: saved:1", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_pull_from_a_registry_that_is_not_there_says_so_in_the_engines_words()
    {
        string words;
        var seen = new Seen<JSONMessage>();
        try
        {
            await docker.Client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromImage = "127.0.0.1:9/nothing", Tag = "1" }, new AuthConfig { Username = "u", Password = "p" }, seen);
            words = seen.All.Single(m => m.Error is not null).Error.Message;
        }
        catch (DockerApiException refused)
        {
            words = refused.ResponseBody;
        }

        Assert.Contains("connection refused", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_gives_the_addresses_that_it_was_told_to()
    {
        string subnet = docker.Engine.Names.PodCidr;
        var created = await docker.Client.Networks.CreateNetworkAsync(new NetworksCreateParameters
        {
            Name = "pods",
            Driver = "bridge",
            IPAM = new IPAM { Config = [new IPAMConfig { Subnet = subnet }] },
            Labels = new Dictionary<string, string> { ["ours"] = "yes" },
        });
        string id = await docker.RunAsync("exec httpd -f -p 8080", p =>
        {
            p.HostConfig.NetworkMode = "pods";
            p.HostConfig.PortBindings = new Dictionary<string, IList<PortBinding>> { ["8080/tcp"] = [new PortBinding { HostPort = "18080" }] };
            p.ExposedPorts = new Dictionary<string, EmptyStruct> { ["8080/tcp"] = default };
        });

        var listed = await docker.Client.Containers.ListContainersAsync(
            new ContainersListParameters { Filters = new Dictionary<string, IDictionary<string, bool>> { ["id"] = new Dictionary<string, bool> { [id] = true } } });
        string address = Assert.Single(listed).NetworkSettings.Networks["pods"].IPAddress;
        var network = await docker.Client.Networks.InspectNetworkAsync("pods");
        var found = await docker.Client.Networks.ListNetworksAsync(new NetworksListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["ours=yes"] = true } },
        });

        Assert.StartsWith(subnet[..subnet.LastIndexOf('.')], address, StringComparison.Ordinal);
        Assert.Equal(created.ID, network.ID);
        Assert.Equal(subnet, Assert.Single(network.IPAM.Config).Subnet);
        Assert.StartsWith(address + "/", network.Containers[id].IPv4Address, StringComparison.Ordinal);
        Assert.Equal(created.ID, Assert.Single(found).ID);
        Assert.Contains(Assert.Single(listed).Ports, p => p is { PrivatePort: 8080, PublicPort: 18080, Type: "tcp" });

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await GetAsync(http, $"http://{docker.Engine.HostAddress}:18080/")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await GetAsync(http, $"http://{address}:8080/")).StatusCode);

        await docker.Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true });
        await docker.Client.Networks.DeleteNetworkAsync("pods");
        await Assert.ThrowsAsync<DockerNetworkNotFoundException>(() => docker.Client.Networks.InspectNetworkAsync("pods"));
    }

    [Fact]
    public async Task A_volume_is_made_found_and_removed()
    {
        await docker.Client.Volumes.CreateAsync(new VolumesCreateParameters { Name = "data", Labels = new Dictionary<string, string> { ["ours"] = "yes" } });

        var volume = await docker.Client.Volumes.InspectAsync("data");
        var listed = await docker.Client.Volumes.ListAsync(new VolumesListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["ours=yes"] = true } },
        });
        await docker.Client.Volumes.RemoveAsync("data");

        Assert.Equal($"{docker.Engine.Names.Directory}/data/volumes/data/_data", volume.Mountpoint);
        Assert.Equal("data", Assert.Single(listed.Volumes).Name);
        var gone = await Assert.ThrowsAsync<DockerApiException>(() => docker.Client.Volumes.InspectAsync("data"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Events_arrive_as_they_happen_until_the_reader_cancels()
    {
        var seen = new Seen<Message>();
        using var end = new CancellationTokenSource();
        var events = docker.Client.System.MonitorEventsAsync(
            new ContainerEventsParameters
            {
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["type"] = new Dictionary<string, bool> { ["container"] = true },
                    ["label"] = new Dictionary<string, bool> { ["watched"] = true },
                },
            },
            seen,
            end.Token);
        // The engine does not say when it has begun to listen: containers are run until one is seen.
        await Eventually.Async(
            async () =>
            {
                await docker.RunAsync("exit 5", p => p.Labels = new Dictionary<string, string> { ["watched"] = "w" });
                return seen.All.Any(m => m.Action == "die");
            },
            Deadline,
            "an event comes");

        var died = seen.All.First(m => m.Action == "die");
        Assert.Equal("container", died.Type);
        Assert.Equal("5", died.Actor.Attributes["exitCode"]);
        Assert.Equal("w", died.Actor.Attributes["watched"]);
        Assert.True(died.TimeNano > 0);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => events);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string url)
    {
        HttpResponseMessage? answer = null;
        await Eventually.Async(
            async () =>
            {
                try
                {
                    answer = await http.GetAsync(new Uri(url));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Deadline,
            $"{url} answers");
        return answer!;
    }

    private static MemoryStream Tar(string name, string text)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        stream.Position = 0;
        return stream;
    }
}
