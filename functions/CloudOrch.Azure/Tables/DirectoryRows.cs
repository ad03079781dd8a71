using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>How the directory's records stand in rows. Each record has one row that is the truth and one pointer row by its other identity.</summary>
internal static class DirectoryRows
{
    public const string Pointer = "pointer";

    public static string Tenant(string tenantId) => "t!" + RowKeys.Escape(tenantId);

    public static string ClusterName(string name) => "c!" + RowKeys.Escape(name);

    public static string ClusterById(ClusterId id) => "c!" + RowKeys.Escape(id.Value);

    public static string TokenName(string name) => "j!" + RowKeys.Escape(name);

    public static string TokenBySecret(string secretHash) => "j!" + RowKeys.Escape(secretHash);

    public static string Enrolments(ClusterId cluster) => "n!" + RowKeys.Escape(cluster.Value);

    public static string EnrolmentByUid(string nodeUid) => "u!" + RowKeys.Escape(nodeUid);

    public static TableEntity PointerTo(string partitionKey, string to, string name) => new(partitionKey, Pointer) { ["P"] = to, ["R"] = name };

    public static TableEntity Row(ClusterRecord cluster)
    {
        var row = new TableEntity(Tenant(cluster.TenantId), ClusterName(cluster.Name))
        {
            ["V"] = 1, ["Tenant"] = cluster.TenantId, ["Name"] = cluster.Name, ["Id"] = cluster.Id.Value, ["Epoch"] = cluster.Epoch,
        };
        BodyCodec.Put(row, BodyCodec.Encode(cluster.Document));
        return row;
    }

    public static ClusterRecord Cluster(TableEntity row) => new(
        row.GetString("Tenant"), row.GetString("Name"), new ClusterId(row.GetString("Id")), row.GetInt64("Epoch") ?? 1, BodyCodec.Get(row), row.ETag.ToString());

    public static TableEntity Row(JoinTokenRecord token)
    {
        var row = new TableEntity(Tenant(token.TenantId), TokenName(token.Name))
        {
            ["V"] = 1, ["Tenant"] = token.TenantId, ["Name"] = token.Name, ["Secret"] = token.SecretHash, ["Cluster"] = token.Cluster.Value,
            ["ExpiresAt"] = token.ExpiresAt, ["MaxUses"] = token.MaxUses, ["Uses"] = token.Uses, ["Reserved"] = string.Join(' ', token.Reserved),
        };
        BodyCodec.Put(row, BodyCodec.Encode(token.Document));
        return row;
    }

    public static JoinTokenRecord Token(TableEntity row) => new(
        row.GetString("Tenant"), row.GetString("Name"), row.GetString("Secret"), new ClusterId(row.GetString("Cluster")),
        row.GetDateTimeOffset("ExpiresAt") ?? default, row.GetInt32("MaxUses") ?? 0, row.GetInt32("Uses") ?? 0, BodyCodec.Get(row), row.ETag.ToString())
    {
        Reserved = (row.GetString("Reserved") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToValueList(),
    };

    public static TableEntity Row(EnrolmentRecord node) => new(Enrolments(node.Cluster), RowKeys.Escape(node.NodeName))
    {
        ["V"] = 1, ["Cluster"] = node.Cluster.Value, ["Name"] = node.NodeName, ["Uid"] = node.NodeUid, ["SigningKey"] = node.SigningKey,
        ["SealingKey"] = node.SealingKey, ["Protocol"] = node.Protocol, ["PodCidr"] = node.PodCidr,
    };

    public static EnrolmentRecord Enrolment(TableEntity row) => new(
        new ClusterId(row.GetString("Cluster")), row.GetString("Name"), row.GetString("Uid"), row.GetString("SigningKey"), row.GetString("SealingKey"),
        row.GetInt32("Protocol") ?? 1, row.GetString("PodCidr"), row.ETag.ToString());
}
