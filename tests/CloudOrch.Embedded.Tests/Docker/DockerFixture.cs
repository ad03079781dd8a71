using CloudOrch.Testing.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CloudOrch.Embedded.Tests.Docker;

/// <summary>One private engine for all tests of the Docker client.</summary>
public sealed class DockerFixture : IAsyncLifetime
{
    public DockerEngine Engine { get; private set; } = null!;

    public DockerClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Engine = await DockerEngine.StartAsync("embedded");
        Client = new DockerClientConfiguration(Engine.Endpoint).CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (Engine is not null)
            await Engine.DisposeAsync();
    }

    /// <summary>A started container of <c>busybox:1</c> that runs a shell script.</summary>
    public async Task<string> RunAsync(string script, Action<CreateContainerParameters>? change = null)
    {
        var parameters = new CreateContainerParameters
        {
            Image = "busybox:1",
            Cmd = ["sh", "-c", script],
            HostConfig = new HostConfig { NetworkMode = "none" },
        };
        change?.Invoke(parameters);
        var created = await Client.Containers.CreateContainerAsync(parameters);
        Assert.True(await Client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters()));
        return created.ID;
    }
}

[CollectionDefinition(Name)]
public sealed class DockerCollection : ICollectionFixture<DockerFixture>
{
    public const string Name = "docker";
}
