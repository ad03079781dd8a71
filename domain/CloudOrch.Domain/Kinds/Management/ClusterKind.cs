using System.Net;
using System.Net.Sockets;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Management;

public sealed class ClusterKind : KindDefinition<Cluster>
{
    public override ResourceType Type => ResourceTypes.Clusters;
    public override string Kind => "Cluster";
    public override string Singular => "cluster";
    public override bool Namespaced => false;
    public override bool OfTenant => true;
    public override IReadOnlyList<string> Verbs => ["create", "delete", "get", "list"];
    public override IReadOnlyList<string> Subresources => ["kubeconfig"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Cluster>("Status", "Active or Terminating.", c => c.Status?.Phase ?? ""),
        Print.Age,
        Print.Of<Cluster>("Pod-CIDR", "Range that the nodes' pod ranges are cut from.", c => c.Spec?.PodCidr ?? "", priority: 1),
        Print.Of<Cluster>("Packing", "Spread or BinPack.", c => c.Spec?.Packing ?? "", priority: 1),
        Print.Of<Cluster>("Epoch", "Rises when the cluster is restored or failed over.", c => c.Status?.Epoch ?? 0, priority: 1, type: "integer"),
    ];

    /// <summary>The name is part of URLs: one DNS label.</summary>
    protected override IEnumerable<string> NameProblems(string name) => Names.Label(name);

    protected override Cluster Default(Cluster value) => value with
    {
        Spec = (value.Spec ?? new()) is var spec ? spec with
        {
            PodCidr = spec.PodCidr ?? "10.64.0.0/10",
            NodeCidrMaskSize = spec.NodeCidrMaskSize ?? 24,
            Packing = spec.Packing ?? "Spread",
            DefaultTolerationSeconds = spec.DefaultTolerationSeconds ?? 0,
        } : null,
    };

    protected override Cluster PrepareForCreate(Cluster value, DateTimeOffset now) => value with { Status = new() { Phase = "Active", Epoch = 1 } };

    protected override Cluster PrepareForUpdate(Cluster old, Cluster value) => value with { Status = old.Status };

    protected override Cluster PrepareForStatusUpdate(Cluster old, Cluster value) => old with { Status = value.Status };

    protected override IEnumerable<FieldError> Validate(Cluster value)
    {
        if (value.Spec is not { } spec)
            yield break;
        bool valid = IPNetwork.TryParse(spec.PodCidr ?? "", out var range)
            && range.BaseAddress.AddressFamily == AddressFamily.InterNetwork && range.ToString() == spec.PodCidr;
        if (!valid)
            yield return Refuse.Invalid("spec.podCidr", spec.PodCidr, "must be an IPv4 range whose host bits are zero, (e.g. 10.64.0.0/10)");
        else if (spec.NodeCidrMaskSize is not { } size || size < range.PrefixLength || size is < 16 or > 28)
            yield return Refuse.Invalid("spec.nodeCidrMaskSize", spec.NodeCidrMaskSize, $"must be between {Math.Max(16, range.PrefixLength)} and 28, inclusive");
        if (spec.Packing is not ("Spread" or "BinPack"))
            yield return Refuse.NotSupported("spec.packing", spec.Packing, "Spread", "BinPack");
        if (spec.DefaultTolerationSeconds is < 0)
            yield return Refuse.Invalid("spec.defaultTolerationSeconds", spec.DefaultTolerationSeconds, "must be greater than or equal to 0");
    }

    protected override IEnumerable<FieldError> ValidateUpdate(Cluster old, Cluster value)
    {
        if (value.Spec?.PodCidr != old.Spec?.PodCidr)
            yield return Refuse.Immutable("spec.podCidr", value.Spec?.PodCidr);
        if (value.Spec?.NodeCidrMaskSize != old.Spec?.NodeCidrMaskSize)
            yield return Refuse.Immutable("spec.nodeCidrMaskSize", value.Spec?.NodeCidrMaskSize);
    }
}
