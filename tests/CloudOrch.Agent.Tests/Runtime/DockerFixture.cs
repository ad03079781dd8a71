using CloudOrch.Agent.Docker;
using CloudOrch.Testing.Docker;
using Docker.DotNet;

namespace CloudOrch.Agent.Tests.Runtime;

/// <summary>One private engine for the tests of the agent that need a real one.</summary>
public sealed class DockerFixture : IAsyncLifetime
{
    public DockerEngine Engine { get; private set; } = null!;

    public DockerClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Engine = await DockerEngine.StartAsync("agent");
        Client = new DockerClientConfiguration(Engine.Endpoint).CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (Engine is not null)
            await Engine.DisposeAsync();
    }

    public DockerRuntime Runtime(string agentId) => new(Client, agentId, TimeProvider.System);
}

[CollectionDefinition(Name)]
public sealed class DockerTests : ICollectionFixture<DockerFixture>
{
    public const string Name = "docker";
}
