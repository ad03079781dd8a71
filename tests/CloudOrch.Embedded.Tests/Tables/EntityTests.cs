using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using CloudOrch.Testing.Azure;

namespace CloudOrch.Embedded.Tests.Tables;

public sealed class EntityTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task A_table_that_exists_is_created_without_complaint_and_refused_by_plain_create()
    {
        Response<TableItem> again = await Table.CreateIfNotExistsAsync();
        Assert.Equal(Table.Name, again.Value.Name);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Table.CreateAsync());
        Assert.Equal(409, refused.Status);
        Assert.Equal(TableErrorCode.TableAlreadyExists.ToString(), refused.ErrorCode);
    }

    [Fact]
    public async Task Every_type_comes_back_as_it_was_written()
    {
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);
        var id = new Guid("0a0b0c0d-0102-0304-0506-0708090a0b0c");
        byte[] full = new byte[64 * 1024];
        new Random(1).NextBytes(full);
        var row = new TableEntity("p", "types")
        {
            ["Text"] = "quote ' \" back\\slash ü 漢 \u2028 <&> {}",
            ["Empty"] = "",
            ["Whole"] = 42,
            ["Long"] = long.MaxValue,
            ["Negative"] = -9_007_199_254_740_993L,
            ["Real"] = 0.1,
            ["WholeReal"] = 3.0,
            ["Flag"] = true,
            ["Id"] = id,
            ["At"] = at,
            ["Bytes"] = full,
            ["Data"] = BinaryData.FromBytes(new byte[] { 0, 1, 255 }),
            ["Nothing"] = null!,
        };
        Response written = await Table.AddEntityAsync(row);
        Assert.Equal(204, written.Status);

        TableEntity read = await Table.GetEntityAsync<TableEntity>("p", "types");
        Assert.Equal("p", read.PartitionKey);
        Assert.Equal("types", read.RowKey);
        Assert.Equal(written.Headers.ETag, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Equal(row["Text"], read["Text"]);
        Assert.Equal("", read["Empty"]);
        Assert.Equal(42, read["Whole"]);
        Assert.Equal(long.MaxValue, read["Long"]);
        Assert.Equal(-9_007_199_254_740_993L, read["Negative"]);
        Assert.Equal(0.1, read["Real"]);
        Assert.Equal(3.0, read["WholeReal"]);
        Assert.Equal(true, read["Flag"]);
        Assert.Equal(id, read["Id"]);
        Assert.Equal(at, read.GetDateTimeOffset("At"));
        Assert.Equal(full, read.GetBinary("Bytes"));
        Assert.Equal([0, 1, 255], read.GetBinary("Data"));
        Assert.False(read.ContainsKey("Nothing"));
    }

    [Fact]
    public async Task A_second_create_of_a_row_is_409()
    {
        await Table.AddEntityAsync(Row("r", 1));
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(Row("r", 2)));
        Assert.Equal(409, refused.Status);
        Assert.Equal(TableErrorCode.EntityAlreadyExists.ToString(), refused.ErrorCode);
        Assert.Equal(1, await ValueOfAsync("r"));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task A_stale_ETag_is_412_and_changes_nothing(TableUpdateMode mode)
    {
        ETag first = (await Table.AddEntityAsync(Row("r", 1))).Headers.ETag!.Value;
        ETag second = (await Table.UpdateEntityAsync(Row("r", 2), first, mode)).Headers.ETag!.Value;
        Assert.NotEqual(first, second);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Table.UpdateEntityAsync(Row("r", 3), first, mode));
        Assert.Equal(412, refused.Status);
        Assert.Equal(TableErrorCode.UpdateConditionNotSatisfied.ToString(), refused.ErrorCode);
        refused = await Assert.ThrowsAsync<RequestFailedException>(() => Table.DeleteEntityAsync("p", "r", first));
        Assert.Equal(412, refused.Status);
        Assert.Equal(2, await ValueOfAsync("r"));
    }

    [Fact]
    public async Task Merge_keeps_what_is_not_sent_and_replace_removes_it()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 });
        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, ETag.All, TableUpdateMode.Merge);
        TableEntity merged = await Table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(3, merged.GetInt32("A"));
        Assert.Equal(2, merged.GetInt32("B"));

        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 4 }, merged.ETag, TableUpdateMode.Replace);
        TableEntity replaced = await Table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(4, replaced.GetInt32("A"));
        Assert.Null(replaced.GetInt32("B"));
    }

    [Fact]
    public async Task Upsert_creates_and_then_overwrites()
    {
        await Table.UpsertEntityAsync(Row("r", 1), TableUpdateMode.Replace);
        Assert.Equal(1, await ValueOfAsync("r"));
        await Table.UpsertEntityAsync(Row("r", 2));
        Assert.Equal(2, await ValueOfAsync("r"));
    }

    [Fact]
    public async Task What_is_not_there_is_404_as_a_value_or_an_exception()
    {
        NullableResponse<TableEntity> none = await Table.GetEntityIfExistsAsync<TableEntity>("p", "none");
        Assert.False(none.HasValue);
        Assert.Equal(404, none.GetRawResponse().Status);
        var missing = await Assert.ThrowsAsync<RequestFailedException>(() => Table.GetEntityAsync<TableEntity>("p", "none"));
        Assert.Equal(404, missing.Status);
        Assert.Equal(TableErrorCode.ResourceNotFound.ToString(), missing.ErrorCode);
        Response deleted = await Table.DeleteEntityAsync("p", "none");
        Assert.Equal(404, deleted.Status);
        missing = await Assert.ThrowsAsync<RequestFailedException>(() => Table.UpdateEntityAsync(Row("none"), ETag.All));
        Assert.Equal(404, missing.Status);
    }

    [Fact]
    public async Task Answers_carry_the_services_clock()
    {
        await Table.AddEntityAsync(Row("r", 1));
        Response<TableEntity> read = await Table.GetEntityAsync<TableEntity>("p", "r");
        DateTimeOffset date = read.GetRawResponse().Headers.Date!.Value;
        Assert.InRange((date - read.Value.Timestamp!.Value).TotalSeconds, -2, 30);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("it's 'quoted'")]
    [InlineData("blank inside and % percent %41 &=+;,:@$!*()[]{}<>|^`~")]
    [InlineData("ü漢字😀")]
    [InlineData("a\"b")]
    [InlineData("dots..and-dashes_1")]
    [InlineData("")]
    public async Task Keys_come_back_as_they_were_written(string key)
    {
        await Table.AddEntityAsync(Row(key, 7, key));
        Assert.Equal(7, await ValueOfAsync(key, key));
        List<TableEntity> found = [];
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey eq {key}")))
            found.Add(row);
        TableEntity only = Assert.Single(found);
        Assert.Equal(key, only.RowKey);
        await Table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.UpdateReplace, Row(key, 8, key), only.ETag)]);
        Assert.Equal(8, await ValueOfAsync(key, key));
        Assert.Equal(204, (await Table.DeleteEntityAsync(key, key)).Status);
        Assert.Null(await ValueOfAsync(key, key));
    }

    [Fact]
    public async Task A_class_of_the_callers_own_is_a_row_too()
    {
        await Table.AddEntityAsync(new Machine { PartitionKey = "p", RowKey = "m", Cores = 8, Name = "n" });
        Machine read = await Table.GetEntityAsync<Machine>("p", "m");
        Assert.Equal(8, read.Cores);
        Assert.Equal("n", read.Name);
        Assert.NotEqual(default, read.ETag);
    }

    public sealed class Machine : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public long Cores { get; set; }

        public string? Name { get; set; }
    }
}
