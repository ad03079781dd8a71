using CloudOrch.Agent.Runtime;
using CloudOrch.Testing.Runtime;

namespace CloudOrch.Agent.Tests.Runtime;

public sealed class FakeRuntimeContractTests : ContainerRuntimeContract
{
    protected override Task<IContainerRuntime> OpenAsync() => Task.FromResult<IContainerRuntime>(new FakeRuntime(TimeProvider.System));

    protected override IContainerRuntime OpenDead()
    {
        var runtime = new FakeRuntime(TimeProvider.System);
        runtime.GoAway("stopped");
        return runtime;
    }

    protected override Task<Func<Task<bool>>> StartStrangerAsync() => Task.FromResult<Func<Task<bool>>>(() => Task.FromResult(true));
}
