using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CloudOrch.Testing.Azure;

namespace CloudOrch.Embedded.Tests.Tables;

public sealed class QueryTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task Pages_follow_each_other_and_can_be_taken_up_again()
    {
        await FillAsync(250);
        List<string> keys = [];
        List<int> sizes = [];
        string? token = null;
        await foreach (Page<TableEntity> page in Table.QueryAsync<TableEntity>("PartitionKey eq 'p'", maxPerPage: 100).AsPages())
        {
            sizes.Add(page.Values.Count);
            keys.AddRange(page.Values.Select(row => row.RowKey));
            token ??= page.ContinuationToken;
        }

        Assert.Equal([100, 100, 50], sizes);
        Assert.Equal(Enumerable.Range(0, 250).Select(Name), keys);

        List<string> rest = [];
        await foreach (Page<TableEntity> page in Table.QueryAsync<TableEntity>("PartitionKey eq 'p'", maxPerPage: 100).AsPages(token))
            rest.AddRange(page.Values.Select(row => row.RowKey));
        Assert.Equal(Enumerable.Range(100, 150).Select(Name), rest);
    }

    [Fact]
    public async Task Enumerating_rows_crosses_the_services_page_limit()
    {
        await FillAsync(1_234);
        int count = 0;
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>())
            Assert.Equal(Name(count++), row.RowKey);
        Assert.Equal(1_234, count);
    }

    [Fact]
    public async Task A_filter_and_a_selection_are_the_services_work()
    {
        await FillAsync(20);
        List<TableEntity> rows = [];
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and RowKey ge {Name(5)} and RowKey lt {Name(8)} and Value ne {6}"), select: ["RowKey"]))
        {
            rows.Add(row);
        }

        Assert.Equal([Name(5), Name(7)], rows.Select(row => row.RowKey));
        Assert.All(rows, row => Assert.False(row.ContainsKey("Value")));
    }

    [Fact]
    public void Filter_arguments_become_literals_of_their_type()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.Equal("A eq 'it''s'", TableClient.CreateQueryFilter($"A eq {"it's"}"));
        Assert.Equal("A gt 5 and B lt 5L and C eq true", TableClient.CreateQueryFilter($"A gt {5} and B lt {5L} and C eq {true}"));
        Assert.Equal("A ge datetime'2026-01-02T03:04:05.0000000Z'", TableClient.CreateQueryFilter($"A ge {at}"));
    }

    [Fact]
    public async Task A_page_that_ends_too_early_is_an_error_and_never_a_short_list()
    {
        await FillAsync(40);
        await using FaultProxy proxy = await FaultProxy.StartAsync(Azurite.Endpoint);
        var options = new TableClientOptions { Retry = { MaxRetries = 0 } };
        var table = new TableClient(proxy.Endpoint, Table.Name, Key, options);
        foreach (Fault fault in new Fault[] { new Fault.Shorten(700), new Fault.Tear(700), new Fault.Shorten(0), new Fault.DropAnswer() })
        {
            proxy.Once(request => request.IsQuery, fault);
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await foreach (TableEntity _ in table.QueryAsync<TableEntity>("PartitionKey eq 'p'"))
                {
                }
            });
        }

        proxy.Heal();
        int count = 0;
        await foreach (TableEntity _ in table.QueryAsync<TableEntity>("PartitionKey eq 'p'"))
            count++;
        Assert.Equal(40, count);
    }

    [Fact]
    public async Task A_throttled_read_is_tried_again_as_often_as_the_options_say()
    {
        await Table.AddEntityAsync(Row("r", 1));
        await using FaultProxy proxy = await FaultProxy.StartAsync(Azurite.Endpoint);
        var options = new TableClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(20) } };
        var table = new TableClient(AzuriteProcess.ConnectionStringFor(proxy.Endpoint), Table.Name, options);

        proxy.Times(2, _ => true, new Fault.Refuse());
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(1, read.GetInt32("Value"));
        Assert.Equal(3, proxy.Requests);

        proxy.Times(3, _ => true, new Fault.Refuse());
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r"));
        Assert.Equal(503, refused.Status);
        Assert.Equal("ServerBusy", refused.ErrorCode);
    }

    private static string Name(int i) => i.ToString("D5", CultureInfo.InvariantCulture);

    private async Task FillAsync(int count)
    {
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(100))
            await Table.SubmitTransactionAsync(chunk.Select(i => new TableTransactionAction(TableTransactionActionType.Add, Row(Name(i), i))));
    }
}
