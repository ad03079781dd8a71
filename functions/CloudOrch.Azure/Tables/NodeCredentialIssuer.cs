using Azure.Data.Tables.Sas;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Azure.Tables;

/// <summary>Signs a node's tokens: one per table, bounded to the rows that begin with its uid, and one to listen on its queue.</summary>
public sealed class NodeCredentialIssuer(ControlPlaneTables tables, TablesSettings settings, QueueTokenSigner queues, ServiceBusSettings serviceBus) : INodeCredentialIssuer
{
    /// <summary>Renewed hourly, so that a node goes on for a day without any function.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public Task<NodeCredentials> IssueAsync(ClusterId cluster, string nodeUid, int leaseIntervalMilliseconds, DateTimeOffset now, CancellationToken cancellation)
    {
        DateTimeOffset expiresAt = now + Lifetime;
        string queue = $"node-{nodeUid}";
        return Task.FromResult(new NodeCredentials
        {
            ExpiresAt = expiresAt,
            LeasesUrl = Url(NodeRows.LeasesTable, TableSasPermissions.Read | TableSasPermissions.Update),
            NodeStatusUrl = Url(NodeRows.StatusTable, TableSasPermissions.Read | TableSasPermissions.Add | TableSasPermissions.Update),
            AssignmentsUrl = Url(NodeRows.AssignmentsTable, TableSasPermissions.Read),
            StreamsUrl = Url(NodeRows.StreamsTable, TableSasPermissions.Read | TableSasPermissions.Add | TableSasPermissions.Update),
            PartitionKey = cluster.Value,
            ServiceBusHost = serviceBus.NodeHost,
            QueueName = queue,
            QueueToken = queues.Sign(queue, expiresAt),
            LeaseIntervalMilliseconds = leaseIntervalMilliseconds,
        });

        string Url(string table, TableSasPermissions permissions)
        {
            (string first, string last) = NodeRows.RangeOf(nodeUid);
            var sas = new TableSasBuilder(tables.Options.Prefix + table, permissions, expiresAt)
            {
                PartitionKeyStart = cluster.Value,
                PartitionKeyEnd = cluster.Value,
                RowKeyStart = first,
                RowKeyEnd = last,
                Protocol = settings.Endpoint.Scheme == Uri.UriSchemeHttps ? TableSasProtocol.Https : TableSasProtocol.HttpsAndHttp,
            };
            return $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{tables.Options.Prefix}{table}?{sas.Sign(tables.SigningKey)}";
        }
    }
}
