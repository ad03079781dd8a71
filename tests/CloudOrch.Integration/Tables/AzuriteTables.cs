using Azure.Data.Tables;
using CloudOrch.Azure.Tables;
using CloudOrch.Testing.Azure;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace CloudOrch.Integration.Tables;

/// <summary>The control plane's tables on Azurite, under a prefix that no other test uses.</summary>
internal static class AzuriteTables
{
    public static async Task<ControlPlaneTables> OpenAsync(AzuriteFixture azurite)
    {
        AzuriteProcess process = await azurite.ProcessAsync();
        return await OpenAsync(process.Endpoint, new TablesOptions { Prefix = AzuriteFixture.UniqueTable("s") });
    }

    public static async Task<ControlPlaneTables> OpenAsync(Uri endpoint, TablesOptions options)
    {
        ControlPlaneTables tables = ControlPlaneTables.WithKey(endpoint, new TableSharedKeyCredential(AzuriteProcess.AccountName, AzuriteProcess.AccountKey), options);
        await tables.EnsureCreatedAsync(CancellationToken.None);
        return tables;
    }
}
