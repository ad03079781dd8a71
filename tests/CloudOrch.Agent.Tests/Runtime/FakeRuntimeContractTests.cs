using CloudOrch.Agent.Runtime;
using CloudOrch.Testing.Runtime;

namespace CloudOrch.Agent.Tests.Runtime;

public sealed class FakeRuntimeContractTests : ContainerRuntimeContract
{
    private readonly FakeRuntime _runtime = new(TimeProvider.System);

    protected override Task<IContainerRuntime> OpenAsync() => Task.FromResult<IContainerRuntime>(_runtime);

    protected override async Task<string> BringImageAsync()
    {
        _runtime.Registry.Add("brought:1");
        await _runtime.PullImageAsync("brought:1", CancellationToken.None);
        return "brought:1";
    }

    protected override IContainerRuntime OpenDead()
    {
        var runtime = new FakeRuntime(TimeProvider.System);
        runtime.GoAway("stopped");
        return runtime;
    }

    protected override Task<Func<Task<bool>>> StartStrangerAsync() => Task.FromResult<Func<Task<bool>>>(() => Task.FromResult(true));
}
