using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Leases;

public sealed class LeaseKind : KindDefinition<Lease>
{
    public override ResourceType Type => ResourceTypes.Leases;
    public override string Kind => "Lease";
    public override string Singular => "lease";

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Lease>("Holder", "Who holds the lease.", l => l.Spec?.HolderIdentity ?? ""),
        Print.Age,
    ];

    protected override IEnumerable<FieldError> Validate(Lease value)
    {
        if (value.Spec?.LeaseDurationSeconds is <= 0)
            yield return Refuse.Invalid("spec.leaseDurationSeconds", value.Spec.LeaseDurationSeconds, "must be greater than 0");
        if (value.Spec?.LeaseTransitions is < 0)
            yield return Refuse.Invalid("spec.leaseTransitions", value.Spec.LeaseTransitions, "must be greater than or equal to 0");
    }
}
