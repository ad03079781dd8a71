using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Sas;
using CloudOrch.Testing.Azure;

namespace CloudOrch.Embedded.Tests.Tables;

public sealed class SasTests(AzuriteFixture azurite) : TableTest(azurite)
{
    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow().AddHours(1);

    [Fact]
    public async Task A_read_only_signature_reads_and_cannot_write()
    {
        await Table.AddEntityAsync(Row("r", 1));
        var reader = new TableClient(Table.GenerateSasUri(TableSasPermissions.Read, Soon));
        Assert.Equal(Table.Name, reader.Name);
        TableEntity read = await reader.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(1, read.GetInt32("Value"));
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => reader.AddEntityAsync(Row("x", 1)));
        Assert.Equal(403, refused.Status);
        refused = await Assert.ThrowsAsync<RequestFailedException>(() => reader.UpdateEntityAsync(Row("r", 2), ETag.All));
        Assert.Equal(403, refused.Status);
        Assert.Equal(1, await ValueOfAsync("r"));
    }

    [Fact]
    public async Task An_expired_and_a_forged_signature_open_nothing()
    {
        await Table.AddEntityAsync(Row("r", 1));
        var expired = new TableClient(Table.GenerateSasUri(TableSasPermissions.Read, TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(() => expired.GetEntityAsync<TableEntity>("p", "r"))).Status);

        Uri sas = Table.GenerateSasUri(TableSasPermissions.Read, Soon);
        var forged = new TableClient(new Uri(sas.AbsoluteUri.Replace("sp=r", "sp=raud", StringComparison.Ordinal)));
        Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(() => forged.GetEntityAsync<TableEntity>("p", "r"))).Status);
    }

    [Fact]
    public async Task A_signature_of_another_table_opens_nothing()
    {
        await Table.AddEntityAsync(Row("r", 1));
        string other = new TableSasBuilder("other", TableSasPermissions.All, Soon).Sign(Key);
        var client = new TableClient(Table.Uri, new AzureSasCredential(other));
        Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(() => client.GetEntityAsync<TableEntity>("p", "r"))).Status);
    }

    [Fact]
    public async Task A_credential_that_is_updated_serves_the_next_request()
    {
        await Table.AddEntityAsync(Row("r", 1));
        var credential = new AzureSasCredential(Table.GetSasBuilder(TableSasPermissions.Read, TimeProvider.System.GetUtcNow().AddMinutes(-1)).Sign(Key));
        var client = new TableClient(Table.Uri, credential);
        Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(() => client.GetEntityAsync<TableEntity>("p", "r"))).Status);
        credential.Update(Table.GetSasBuilder("raud", Soon).Sign(Key));
        await client.UpsertEntityAsync(Row("r", 2));
        Assert.Equal(2, (await client.GetEntityAsync<TableEntity>("p", "r")).Value.GetInt32("Value"));
    }

    [Fact]
    public void A_signature_is_not_sent_over_http_off_loopback()
    {
        var address = new Uri("http://10.1.2.3:10002/devstoreaccount1/t?sig=x");
        Assert.Throws<ArgumentException>(() => new TableClient(address));
        Assert.Throws<ArgumentException>(() => new TableClient(new Uri("http://10.1.2.3:10002/devstoreaccount1/t"), new AzureSasCredential("sig=x")));
    }

    [Fact]
    public void Row_bounds_are_signed_and_stand_in_the_query()
    {
        var builder = new TableSasBuilder("Leases", TableSasPermissions.Read | TableSasPermissions.Update, new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero))
        {
            PartitionKeyStart = "c1",
            PartitionKeyEnd = "c1",
            RowKeyStart = "n 1",
            RowKeyEnd = "n 1",
        };
        string sas = builder.Sign(Key);
        Assert.Contains("&sp=ru&", sas, StringComparison.Ordinal);
        Assert.Contains("&spk=c1&srk=n%201&epk=c1&erk=n%201&sig=", sas, StringComparison.Ordinal);
        Assert.Contains("se=2030-01-02T03%3A04%3A05Z", sas, StringComparison.Ordinal);
        builder.RowKeyEnd = "n 2";
        Assert.NotEqual(sas[sas.IndexOf("sig=", StringComparison.Ordinal)..], builder.Sign(Key)[^sas[sas.IndexOf("sig=", StringComparison.Ordinal)..].Length..]);
    }
}
