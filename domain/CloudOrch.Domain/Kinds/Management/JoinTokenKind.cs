using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Management;

public sealed class JoinTokenKind : KindDefinition<JoinToken>
{
    public const int LongestSeconds = 30 * 24 * 3600;
    public const int MostUses = 1000;

    public override ResourceType Type => ResourceTypes.JoinTokens;
    public override string Kind => "JoinToken";
    public override string Singular => "jointoken";
    public override bool Namespaced => false;
    public override bool OfTenant => true;
    public override IReadOnlyList<string> Verbs => ["create", "delete", "get", "list"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<JoinToken>("Cluster", "The cluster that nodes enrol to.", t => t.Spec.ClusterName),
        Print.Of<JoinToken>("Uses", "Nodes enrolled, of those allowed.", t => $"{t.Status?.Uses ?? 0}/{t.Spec.MaxUses}"),
        Print.Timed<JoinToken>("Expires", "Time left.", (t, now) => t.Status?.ExpirationTimestamp is not { } at ? Print.Unknown
            : at <= now ? "expired" : Print.Duration(at - now)),
        Print.Age,
    ];

    protected override JoinToken Default(JoinToken value) => value with
    {
        Spec = value.Spec with { ExpirationSeconds = value.Spec.ExpirationSeconds ?? 3600, MaxUses = value.Spec.MaxUses ?? 1 },
    };

    protected override JoinToken PrepareForCreate(JoinToken value, DateTimeOffset now) => value with
    {
        Status = new() { ExpirationTimestamp = now.AddSeconds(Math.Clamp(value.Spec.ExpirationSeconds ?? 3600, 0, LongestSeconds)), Uses = 0 },
    };

    protected override JoinToken PrepareForUpdate(JoinToken old, JoinToken value) => value with { Status = old.Status };

    protected override JoinToken PrepareForStatusUpdate(JoinToken old, JoinToken value) => old with { Status = value.Status };

    protected override IEnumerable<FieldError> Validate(JoinToken value)
    {
        if (value.Spec.ClusterName.Length == 0)
            yield return Refuse.Required("spec.clusterName", "name the cluster that nodes may join with this token");
        if (value.Spec.ExpirationSeconds is not (>= 1 and <= LongestSeconds))
            yield return Refuse.Invalid("spec.expirationSeconds", value.Spec.ExpirationSeconds, $"must be between 1 and {LongestSeconds} (30 days), inclusive");
        if (value.Spec.MaxUses is not (>= 1 and <= MostUses))
            yield return Refuse.Invalid("spec.maxUses", value.Spec.MaxUses, $"must be between 1 and {MostUses}, inclusive");
    }

    protected override IEnumerable<FieldError> ValidateUpdate(JoinToken old, JoinToken value)
    {
        if (value.Spec != old.Spec)
            yield return Refuse.Immutable("spec", value.Spec);
    }
}
