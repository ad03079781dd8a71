using Azure.Data.Tables;
using CloudOrch.Testing.Azure;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace CloudOrch.Embedded.Tests.Tables;

/// <summary>A table of its own for each test.</summary>
public abstract class TableTest(AzuriteFixture azurite) : IAsyncLifetime
{
    protected AzuriteProcess Azurite { get; private set; } = null!;

    protected TableServiceClient Service { get; private set; } = null!;

    protected TableClient Table { get; private set; } = null!;

    protected static TableSharedKeyCredential Key { get; } = new(AzuriteProcess.AccountName, AzuriteProcess.AccountKey);

    public virtual async ValueTask InitializeAsync()
    {
        Azurite = await azurite.ProcessAsync();
        Service = new TableServiceClient(Azurite.Endpoint, Key);
        Table = Service.GetTableClient(AzuriteFixture.UniqueTable());
        await Table.CreateIfNotExistsAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Table.DeleteAsync();
        GC.SuppressFinalize(this);
    }

    protected static TableEntity Row(string rowKey, int value = 0, string partitionKey = "p") => new(partitionKey, rowKey) { ["Value"] = value };

    protected async Task<int?> ValueOfAsync(string rowKey, string partitionKey = "p")
    {
        var row = await Table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey);
        return row.HasValue ? row.Value!.GetInt32("Value") : null;
    }
}
