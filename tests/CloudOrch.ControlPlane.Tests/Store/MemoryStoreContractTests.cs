using CloudOrch.ControlPlane.Seams;
using CloudOrch.Testing.Contracts;
using CloudOrch.Testing.Memory;

namespace CloudOrch.ControlPlane.Tests.Store;

public sealed class MemoryStoreContractTests : ResourceStoreContract
{
    protected override Task<IResourceStore> OpenAsync() => Task.FromResult<IResourceStore>(new MemoryStore());
}
