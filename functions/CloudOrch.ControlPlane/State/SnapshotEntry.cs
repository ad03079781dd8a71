using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.State;

/// <summary>An object of a snapshot with what the snapshot needs to know of its row.</summary>
/// <param name="Bytes">Size of the stored body: what memory bounds and quotas count.</param>
public sealed record SnapshotEntry(ResourceKey Key, Revision Revision, KubeObject Object, int Bytes);

/// <summary>Order of enumeration: type, namespace, name, all ordinal.</summary>
internal sealed class ResourceKeyOrder : IComparer<ResourceKey>
{
    public static readonly ResourceKeyOrder Instance = new();

    public int Compare(ResourceKey x, ResourceKey y)
    {
        int order = string.CompareOrdinal(x.Namespace, y.Namespace);
        if (order == 0)
            order = string.CompareOrdinal(x.Name, y.Name);
        if (order == 0)
            order = string.CompareOrdinal(x.Type.Group, y.Type.Group);
        return order != 0 ? order : string.CompareOrdinal(x.Type.Resource, y.Type.Resource);
    }
}
