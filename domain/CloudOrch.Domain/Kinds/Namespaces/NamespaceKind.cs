using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Namespaces;

public sealed class NamespaceKind : KindDefinition<NamespaceObject>
{
    /// <summary>The label that every namespace has; its value is the name.</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>In <c>spec.finalizers</c> until everything in the namespace is gone.</summary>
    public const string Finalizer = "kubernetes";

    public override ResourceType Type => ResourceTypes.Namespaces;
    public override string Kind => "Namespace";
    public override string Singular => "namespace";
    public override IReadOnlyList<string> ShortNames => ["ns"];
    public override bool Namespaced => false;
    public override IReadOnlyList<string> Verbs => ["create", "delete", "get", "list", "patch", "update", "watch"];
    public override IReadOnlyList<string> Subresources => ["status"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<NamespaceObject>("Status", "Active or Terminating.", n => n.Status?.Phase ?? ""),
        Print.Age,
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["status.phase"] = n => ((NamespaceObject)n).Status?.Phase ?? "",
    };

    protected override IEnumerable<string> NameProblems(string name) => Names.Label(name);

    protected override NamespaceObject Default(NamespaceObject value) => string.IsNullOrEmpty(value.Metadata.Name)
        ? value
        : value with { Metadata = value.Metadata with { Labels = (value.Metadata.Labels ?? ValueMap<string>.Empty).With(NameLabel, value.Metadata.Name) } };

    protected override NamespaceObject PrepareForCreate(NamespaceObject value, DateTimeOffset now)
    {
        var finalizers = value.Spec?.Finalizers ?? [];
        return value with
        {
            Spec = (value.Spec ?? new()) with { Finalizers = finalizers.Contains(Finalizer) ? finalizers : finalizers.Add(Finalizer) },
            Status = new() { Phase = "Active" },
        };
    }

    /// <summary>Finalizers are the namespace planner's: a client's update does not change them.</summary>
    protected override NamespaceObject PrepareForUpdate(NamespaceObject old, NamespaceObject value) =>
        value with { Spec = (value.Spec ?? new()) with { Finalizers = old.Spec?.Finalizers }, Status = old.Status };

    protected override NamespaceObject PrepareForStatusUpdate(NamespaceObject old, NamespaceObject value) => old with { Status = value.Status };

    protected override IEnumerable<FieldError> Validate(NamespaceObject value)
    {
        foreach (string finalizer in value.Spec?.Finalizers ?? [])
        {
            foreach (string problem in Names.Qualified(finalizer))
                yield return Refuse.Invalid("spec.finalizers", finalizer, problem);
        }
    }
}
