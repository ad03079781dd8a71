using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Planning;

/// <summary>References from dependents to what made them.</summary>
public static class OwnerReferences
{
    /// <summary>A controller whose deletion in the foreground waits for the dependent.</summary>
    public static OwnerReference ControllerOf(KubeObject owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var kind = KindRegistry.Of(owner);
        return new()
        {
            ApiVersion = kind.ApiVersion, Kind = kind.Kind, Name = owner.Metadata.Name ?? "", Uid = owner.Metadata.Uid ?? "",
            Controller = true, BlockOwnerDeletion = true,
        };
    }
}
