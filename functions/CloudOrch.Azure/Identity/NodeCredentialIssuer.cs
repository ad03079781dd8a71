using Azure.Data.Tables;
using Azure.Data.Tables.Sas;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Azure.Identity;

/// <summary>Signs, with the account key, SAS bounded to one node's rows, and with the Listen rule a token for its one queue.</summary>
/// <remarks>Tables have no user-delegation SAS, so the account key signs (it comes from the vault). Signing calls no service.</remarks>
public sealed class NodeCredentialIssuer(ControlPlaneTables tables, QueueTokenSigner queues, ServiceBusSettings bus) : INodeCredentialIssuer
{
    /// <summary>Nodes go on for this long without any function.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly TableSharedKeyCredential _key = tables.SigningKey
        ?? throw new InvalidOperationException("the account key of Table Storage is not configured, and only it can sign the nodes' SAS");

    public Task<NodeCredentials> IssueAsync(
        ClusterId cluster, string nodeUid, int leaseIntervalMilliseconds, DateTimeOffset now, CancellationToken cancellation)
    {
        var expiresAt = now + Lifetime;
        string queue = ServiceBusDecisionSender.QueueName(nodeUid);
        return Task.FromResult(new NodeCredentials
        {
            ExpiresAt = expiresAt,
            PartitionKey = cluster.Value,
            LeasesUrl = Rows(tables.Leases, TableSasPermissions.Read | TableSasPermissions.Add | TableSasPermissions.Update),
            NodeStatusUrl = Rows(
                tables.NodeStatus, TableSasPermissions.Read | TableSasPermissions.Add | TableSasPermissions.Update | TableSasPermissions.Delete),
            AssignmentsUrl = Rows(tables.Assignments, TableSasPermissions.Read),
            StreamsUrl = Rows(tables.Streams, TableSasPermissions.Read | TableSasPermissions.Add | TableSasPermissions.Update),
            ServiceBusHost = bus.NodeHost,
            QueueName = queue,
            QueueToken = queues.Sign(queue, expiresAt),
            LeaseIntervalMilliseconds = leaseIntervalMilliseconds,
        });

        string Rows(TablePair table, TableSasPermissions permissions)
        {
            var (first, last) = NodeRows.RangeOf(nodeUid);
            var sas = new TableSasBuilder(table.Repeatable.Name, permissions, expiresAt)
            {
                PartitionKeyStart = cluster.Value,
                RowKeyStart = first,
                PartitionKeyEnd = cluster.Value,
                RowKeyEnd = last,
            };
            return $"{table.Repeatable.Uri.GetLeftPart(UriPartial.Path)}?{sas.Sign(_key)}";
        }
    }
}
