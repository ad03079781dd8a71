using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Planning;

/// <summary>Types and keys of objects; objects of a kind that this version does not know have none, and no planner touches them.</summary>
internal static class ObjectKeys
{
    private static readonly Dictionary<Type, ResourceType> Types = KindRegistry.All.ToDictionary(k => k.ClrType, k => k.Type);

    public static ResourceType? TypeOf(KubeObject value) => Types.TryGetValue(value.GetType(), out var type) ? type : null;

    public static bool IsKnown(this KubeObject value) => Types.ContainsKey(value.GetType());

    public static IEnumerable<KubeObject> Known(this IEnumerable<KubeObject> values) => values.Where(IsKnown);
}
