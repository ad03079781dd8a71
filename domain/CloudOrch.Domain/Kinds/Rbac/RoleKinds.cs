using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Rbac;

public sealed class RoleKind : KindDefinition<Role>
{
    public override ResourceType Type => ResourceTypes.Roles;
    public override string Kind => "Role";
    public override string Singular => "role";
    public override string? NotActedOn => OnlyStored("it grants nothing, the built-in roles decide");
    public override IReadOnlyList<PrinterColumn> Columns { get; } = [Print.Name, Print.CreatedAt];

    protected override IEnumerable<string> NameProblems(string name) => Names.PathSegment(name);

    protected override IEnumerable<FieldError> Validate(Role value) => RbacRules.Rules(value.Rules, namespaced: true);
}

public sealed class ClusterRoleKind : KindDefinition<ClusterRole>
{
    public override ResourceType Type => ResourceTypes.ClusterRoles;
    public override string Kind => "ClusterRole";
    public override string Singular => "clusterrole";
    public override bool Namespaced => false;
    public override string? NotActedOn => OnlyStored("it grants nothing, the built-in roles decide");
    public override IReadOnlyList<PrinterColumn> Columns { get; } = [Print.Name, Print.CreatedAt];

    protected override IEnumerable<string> NameProblems(string name) => Names.PathSegment(name);

    protected override IEnumerable<FieldError> Validate(ClusterRole value) =>
    [
        .. RbacRules.Rules(value.Rules, namespaced: false),
        .. value.AggregationRule is { ClusterRoleSelectors: null or { Count: 0 } }
            ? [Refuse.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil")] : Array.Empty<FieldError>(),
        .. Fields.Each("aggregationRule.clusterRoleSelectors", value.AggregationRule?.ClusterRoleSelectors, SelectorRules.Validate),
    ];
}
