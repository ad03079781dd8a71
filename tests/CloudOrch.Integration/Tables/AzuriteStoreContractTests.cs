using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Testing;
using CloudOrch.Testing.Azure;
using CloudOrch.Testing.Contracts;

namespace CloudOrch.Integration.Tables;

public sealed class AzuriteStoreContractTests(AzuriteFixture azurite) : ResourceStoreContract
{
    protected override async Task<IResourceStore> OpenAsync() =>
        new TablesResourceStore(await AzuriteTables.OpenAsync(azurite), new SeededIdentities(1), TimeProvider.System);
}
