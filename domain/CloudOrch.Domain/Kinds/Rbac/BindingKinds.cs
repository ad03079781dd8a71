using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Rbac;

public abstract class BindingKind<T> : KindDefinition<T> where T : Binding
{
    public override string Singular => Kind.ToLowerInvariant();
    public override string? NotActedOn => OnlyStored("it grants nothing, the built-in roles decide");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<T>("Role", "The role that is held.", b => $"{b.RoleRef.Kind}/{b.RoleRef.Name}"),
        Print.Age,
        Print.Of<T>("Users", "Users that hold it.", b => Held(b, "User"), priority: 1),
        Print.Of<T>("Groups", "Groups that hold it.", b => Held(b, "Group"), priority: 1),
        Print.Of<T>("ServiceAccounts", "Accounts that hold it.", b => Held(b, "ServiceAccount"), priority: 1),
    ];

    protected override IEnumerable<string> NameProblems(string name) => Names.PathSegment(name);

    protected override T Default(T value) => (T)((Binding)value with
    {
        RoleRef = value.RoleRef with { ApiGroup = string.IsNullOrEmpty(value.RoleRef.ApiGroup) ? RbacRules.Group : value.RoleRef.ApiGroup },
        Subjects = value.Subjects?.Select(s => s with { ApiGroup = string.IsNullOrEmpty(s.ApiGroup) && s.Kind is "User" or "Group" ? RbacRules.Group : s.ApiGroup }).ToValueList(),
    });

    protected override IEnumerable<FieldError> ValidateUpdate(T old, T value)
    {
        if (old.RoleRef != value.RoleRef)
            yield return Refuse.Invalid("roleRef", value.RoleRef, "cannot change roleRef");
    }

    private static string Held(T binding, string kind) => string.Join(", ", (binding.Subjects ?? []).Where(s => s.Kind == kind)
        .Select(s => kind == "ServiceAccount" ? $"{s.Namespace}/{s.Name}" : s.Name));
}

public sealed class RoleBindingKind : BindingKind<RoleBinding>
{
    public override ResourceType Type => ResourceTypes.RoleBindings;
    public override string Kind => "RoleBinding";

    protected override IEnumerable<FieldError> Validate(RoleBinding value) => RbacRules.Binding(value, ["ClusterRole", "Role"]);
}

public sealed class ClusterRoleBindingKind : BindingKind<ClusterRoleBinding>
{
    public override ResourceType Type => ResourceTypes.ClusterRoleBindings;
    public override string Kind => "ClusterRoleBinding";
    public override bool Namespaced => false;

    protected override IEnumerable<FieldError> Validate(ClusterRoleBinding value) => RbacRules.Binding(value, ["ClusterRole"]);
}
