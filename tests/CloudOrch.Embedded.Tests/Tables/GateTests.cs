using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Sas;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Gate;
using CloudOrch.Testing.Azure;
using Microsoft.AspNetCore.Builder;

namespace CloudOrch.Embedded.Tests.Tables;

/// <summary>Row bounds of a table SAS, as Azure enforces them. Proved against this repository's gate, not verified on Azure.</summary>
public sealed class GateTests(AzuriteFixture azurite) : TableTest(azurite)
{
    private WebApplication _gate = null!;
    private Uri _endpoint = null!;

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddHours(1);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var builder = TlsServer.CreateBuilder(new Uri("http://127.0.0.1:0"), null, null);
        _gate = TableGate.Build(builder, new Uri(Azurite.Endpoint.GetLeftPart(UriPartial.Authority)), GateAccounts.Parse(null));
        await _gate.StartAsync();
        _endpoint = new Uri($"{_gate.Urls.First()}/{AzuriteProcess.AccountName}");
        await Table.AddEntityAsync(Row("n1", 1, "c1"));
        await Table.AddEntityAsync(Row("n1!001", 2, "c1"));
        await Table.AddEntityAsync(Row("n10", 3, "c1"));
        await Table.AddEntityAsync(Row("n2", 4, "c1"));
        await Table.AddEntityAsync(Row("n1", 5, "c2"));
    }

    public override async ValueTask DisposeAsync()
    {
        await _gate.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task The_account_key_passes_untouched()
    {
        var table = new TableClient(_endpoint, Table.Name, Key);
        await table.AddEntityAsync(Row("it's a key: ü %41", 9));
        Assert.Equal(9, (await table.GetEntityAsync<TableEntity>("p", "it's a key: ü %41")).Value.GetInt32("Value"));
        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpsertReplace, Row("b", 1)), new(TableTransactionActionType.UpsertReplace, Row("c", 1))]);
        Assert.Equal(1, await ValueOfAsync("c"));
    }

    [Fact]
    public async Task Own_rows_can_be_read_merged_replaced_and_added()
    {
        TableClient node = Client(TableSasPermissions.Read | TableSasPermissions.Add | TableSasPermissions.Update);
        Assert.Equal(1, (await node.GetEntityAsync<TableEntity>("c1", "n1")).Value.GetInt32("Value"));
        await node.UpsertEntityAsync(Row("n1", 10, "c1"));
        await node.UpdateEntityAsync(Row("n1!001", 11, "c1"), ETag.All, TableUpdateMode.Replace);
        await node.AddEntityAsync(Row("n1!it's 'ü", 12, "c1"));
        await node.SubmitTransactionAsync([new(TableTransactionActionType.UpsertReplace, Row("n1", 20, "c1")), new(TableTransactionActionType.Add, Row("n1!002", 21, "c1"))]);
        Assert.Equal(20, await ValueOfAsync("n1", "c1"));
        Assert.Equal(11, await ValueOfAsync("n1!001", "c1"));
        Assert.Equal(12, await ValueOfAsync("n1!it's 'ü", "c1"));
        Assert.Equal(21, await ValueOfAsync("n1!002", "c1"));
    }

    [Theory]
    [InlineData("c1", "n2")]
    [InlineData("c1", "n10")]
    [InlineData("c1", "n0")]
    [InlineData("c2", "n1")]
    public async Task Rows_of_others_can_be_neither_read_nor_written(string partition, string row)
    {
        int? before = await ValueOfAsync(row, partition);
        TableClient node = Client(TableSasPermissions.All);
        await RefusedAsync(() => node.GetEntityAsync<TableEntity>(partition, row));
        await RefusedAsync(() => node.UpsertEntityAsync(Row(row, 99, partition)));
        await RefusedAsync(() => node.UpsertEntityAsync(Row(row, 99, partition), TableUpdateMode.Replace));
        await RefusedAsync(() => node.UpdateEntityAsync(Row(row, 99, partition), ETag.All));
        await RefusedAsync(() => node.AddEntityAsync(Row(row, 99, partition)));
        await RefusedAsync(() => node.DeleteEntityAsync(partition, row));
        if (partition == "c1")
        {
            foreach (TableTransactionActionType action in Enum.GetValues<TableTransactionActionType>())
            {
                await RefusedAsync(() => node.SubmitTransactionAsync([new(TableTransactionActionType.UpsertReplace, Row("n1", 99, "c1")), new(action, Row(row, 99, partition), ETag.All)]));
            }
        }

        Assert.Equal(before, await ValueOfAsync(row, partition));
        Assert.Equal(1, await ValueOfAsync("n1", "c1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("PartitionKey eq 'c1'")]
    [InlineData("PartitionKey eq 'c1' or PartitionKey eq 'c2'")]
    [InlineData("RowKey ge ''")]
    [InlineData("Value gt 0 or Value lt 0")]
    public async Task A_query_sees_own_rows_only(string? filter)
    {
        Assert.Equal(["c1/n1", "c1/n1!001"], await KeysAsync(Client(TableSasPermissions.Read), filter));
        TableClient range = Client(TableSasPermissions.Read, b => (b.PartitionKeyStart, b.RowKeyStart, b.PartitionKeyEnd, b.RowKeyEnd) = ("c1", "n2", "c2", "n1"));
        if (filter is null)
            Assert.Equal(["c1/n2", "c2/n1"], await KeysAsync(range, filter));
    }

    [Theory]
    [InlineData("true) or (PartitionKey eq 'c2'")]
    [InlineData("PartitionKey eq 'x') or (true")]
    public async Task A_filter_cannot_step_out_of_the_bounds(string filter)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => KeysAsync(Client(TableSasPermissions.Read), filter));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task Permissions_are_told_apart()
    {
        TableClient reader = Client(TableSasPermissions.Read), adder = Client(TableSasPermissions.Add), updater = Client(TableSasPermissions.Update);
        await RefusedAsync(() => reader.UpsertEntityAsync(Row("n1", 9, "c1")));
        await RefusedAsync(() => reader.AddEntityAsync(Row("n1!9", 9, "c1")));
        await RefusedAsync(() => adder.GetEntityAsync<TableEntity>("c1", "n1"));
        await RefusedAsync(() => adder.UpsertEntityAsync(Row("n1", 9, "c1")));
        await RefusedAsync(() => updater.UpsertEntityAsync(Row("n1", 9, "c1")));
        await RefusedAsync(() => updater.SubmitTransactionAsync([new(TableTransactionActionType.UpsertMerge, Row("n1", 9, "c1"))]));
        await RefusedAsync(() => updater.DeleteEntityAsync("c1", "n1"));
        await RefusedAsync(() => KeysAsync(updater, null));
        await adder.AddEntityAsync(Row("n1!9", 9, "c1"));
        await updater.UpdateEntityAsync(Row("n1", 8, "c1"), ETag.All);
        Assert.Equal(8, await ValueOfAsync("n1", "c1"));
        Assert.Equal(9, await ValueOfAsync("n1!9", "c1"));
    }

    [Fact]
    public async Task Forged_expired_foreign_and_unencrypted_signatures_open_nothing()
    {
        string good = Sas(TableSasPermissions.Read, Soon, _ => { });
        foreach (string forged in new[]
        {
            good.Replace("srk=n1", "srk=n0", StringComparison.Ordinal),
            good.Replace("erk=n1%21~", "erk=zz", StringComparison.Ordinal),
            good.Replace("sp=r", "sp=raud", StringComparison.Ordinal),
            good.Replace("&spk=c1&srk=n1&epk=c1&erk=n1%21~", "", StringComparison.Ordinal),
            good + "&sp=raud",
            Sas(TableSasPermissions.Read, TimeProvider.System.GetUtcNow().AddMinutes(-1), _ => { }),
            Sas(TableSasPermissions.Read, Soon, b => b.StartsOn = Soon.AddMinutes(-1)),
            Sas(TableSasPermissions.Read, Soon, b => b.Protocol = TableSasProtocol.Https),
            Sas(TableSasPermissions.Read, Soon, b => b.TableName = "another"),
        })
        {
            Assert.NotEqual(good, forged);
            var client = new TableClient(new Uri($"{_endpoint}/{Table.Name}"), new AzureSasCredential(forged));
            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => client.GetEntityAsync<TableEntity>("c1", "n1"));
            Assert.Equal(403, refused.Status);
            Assert.Equal("AuthenticationFailed", refused.ErrorCode);
        }
    }

    [Fact]
    public async Task A_table_signature_manages_no_tables()
    {
        var client = new TableClient(new Uri($"{_endpoint}/{Table.Name}"), new AzureSasCredential(Sas(TableSasPermissions.All, Soon, _ => { })));
        await RefusedAsync(() => client.CreateIfNotExistsAsync());
        await RefusedAsync(() => client.DeleteAsync());
        Assert.Equal(1, await ValueOfAsync("n1", "c1"));
    }

    private TableClient Client(TableSasPermissions permissions, Action<TableSasBuilder>? with = null) =>
        new(new Uri($"{_endpoint}/{Table.Name}?{Sas(permissions, Soon, with ?? (_ => { }))}"));

    private string Sas(TableSasPermissions permissions, DateTimeOffset expiresOn, Action<TableSasBuilder> with)
    {
        var builder = new TableSasBuilder(Table.Name, permissions, expiresOn) { PartitionKeyStart = "c1", PartitionKeyEnd = "c1", RowKeyStart = "n1", RowKeyEnd = "n1!~" };
        with(builder);
        return builder.Sign(Key);
    }

    private static async Task<List<string>> KeysAsync(TableClient table, string? filter)
    {
        var keys = new List<string>();
        await foreach (TableEntity row in table.QueryAsync<TableEntity>(filter))
            keys.Add($"{row.PartitionKey}/{row.RowKey}");
        return keys;
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAnyAsync<RequestFailedException>(call);
        Assert.Equal(403, refused.Status);
    }
}
