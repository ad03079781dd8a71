using Azure;
using Azure.Data.Tables;
using CloudOrch.Testing.Azure;

namespace CloudOrch.Embedded.Tests.Tables;

public sealed class TransactionTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task All_kinds_of_action_work_together_and_answer_with_ETags()
    {
        ETag first = (await Table.AddEntityAsync(Row("replaced", 1))).Headers.ETag!.Value;
        await Table.AddEntityAsync(Row("merged", 1));
        ETag gone = (await Table.AddEntityAsync(Row("deleted", 1))).Headers.ETag!.Value;

        Response<IReadOnlyList<Response>> done = await Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("added", 2)),
            new(TableTransactionActionType.UpdateReplace, Row("replaced", 3), first),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "merged") { ["Other"] = "x" }, ETag.All),
            new(TableTransactionActionType.Delete, Row("deleted"), gone),
            new(TableTransactionActionType.UpsertReplace, Row("upserted", 4)),
        ]);

        Assert.Equal([204, 204, 204, 204, 204], done.Value.Select(part => part.Status));
        TableEntity replaced = await Table.GetEntityAsync<TableEntity>("p", "replaced");
        Assert.Equal(done.Value[1].Headers.ETag, replaced.ETag);
        Assert.Equal(3, replaced.GetInt32("Value"));
        Assert.Equal(2, await ValueOfAsync("added"));
        Assert.Equal(1, await ValueOfAsync("merged"));
        Assert.Null(await ValueOfAsync("deleted"));
        Assert.Equal(4, await ValueOfAsync("upserted"));
    }

    [Theory]
    [InlineData(TableTransactionActionType.UpdateReplace)]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.Delete)]
    public async Task One_stale_ETag_refuses_the_whole_transaction(TableTransactionActionType action)
    {
        ETag stale = (await Table.AddEntityAsync(Row("head", 1))).Headers.ETag!.Value;
        await Table.UpdateEntityAsync(Row("head", 2), stale, TableUpdateMode.Replace);

        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("before", 1)),
            new(TableTransactionActionType.UpsertReplace, Row("upsert", 1)),
            new(action, Row("head", 9), stale),
            new(TableTransactionActionType.Add, Row("after", 1)),
        ]));

        Assert.Equal(412, refused.Status);
        Assert.Equal("UpdateConditionNotSatisfied", refused.ErrorCode);
        Assert.Equal(2, refused.FailedTransactionActionIndex);
        Assert.Equal(2, await ValueOfAsync("head"));
        Assert.Null(await ValueOfAsync("before"));
        Assert.Null(await ValueOfAsync("upsert"));
        Assert.Null(await ValueOfAsync("after"));
    }

    [Fact]
    public async Task A_row_that_exists_refuses_the_whole_transaction_with_409()
    {
        await Table.AddEntityAsync(Row("there", 1));
        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("new", 1)),
            new(TableTransactionActionType.Add, Row("there", 2)),
        ]));
        Assert.Equal(409, refused.Status);
        Assert.Equal("EntityAlreadyExists", refused.ErrorCode);
        Assert.Equal(1, refused.FailedTransactionActionIndex);
        Assert.Null(await ValueOfAsync("new"));
        Assert.Equal(1, await ValueOfAsync("there"));
    }

    [Fact]
    public async Task A_hundred_rows_with_binary_bodies_go_in_one_request()
    {
        byte[] body = new byte[20_000];
        new Random(2).NextBytes(body);
        await Table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i =>
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i:D3}") { ["Body"] = body })));
        TableEntity last = await Table.GetEntityAsync<TableEntity>("p", "099");
        Assert.Equal(body, last.GetBinary("Body"));
    }

    [Fact]
    public async Task A_lost_answer_is_no_refusal_and_a_retry_is_the_callers_choice()
    {
        await using FaultProxy proxy = await FaultProxy.StartAsync(Azurite.Endpoint);
        var table = new TableClient(proxy.Endpoint, Table.Name, Key, new TableClientOptions { Retry = { MaxRetries = 0 } });
        proxy.Once(request => request.IsTransaction, new Fault.DropAnswer());
        var lost = await Assert.ThrowsAsync<RequestFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Row("r", 5))]));
        Assert.Equal(0, lost.Status);
        Assert.Equal(1, proxy.Requests);
        Assert.Equal(5, await ValueOfAsync("r"));
    }

    [Fact]
    public async Task Of_twenty_writers_on_one_ETag_exactly_one_wins()
    {
        ETag head = (await Table.AddEntityAsync(Row("head", 0))).Headers.ETag!.Value;
        bool[] won = await Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
        {
            try
            {
                await Table.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpdateReplace, Row("head", i), head),
                    new(TableTransactionActionType.Add, Row($"by{i}", i)),
                ]);
                return true;
            }
            catch (TableTransactionFailedException refused) when (refused.Status == 412)
            {
                return false;
            }
        }));
        int winner = Array.IndexOf(won, true) + 1;
        Assert.Equal(1, won.Count(w => w));
        Assert.Equal(winner, await ValueOfAsync("head"));
        for (int i = 1; i <= 20; i++)
            Assert.Equal(i == winner ? i : null, await ValueOfAsync($"by{i}"));
    }
}
