using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Rbac;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public class RbacTests
{
    [Theory]
    [InlineData("""{"apiGroups":[""],"resources":["pods"],"verbs":[]}""", "rules[0].verbs: Required value: verbs must contain at least one value")]
    [InlineData("""{"resources":["pods"],"verbs":["get"]}""", "rules[0].apiGroups: Required value: resource rules must supply at least one api group")]
    [InlineData("""{"apiGroups":[""],"verbs":["get"]}""", "rules[0].resources: Required value: resource rules must supply at least one resource")]
    [InlineData("""{"nonResourceURLs":["/healthz"],"verbs":["get"]}""", "rules[0].nonResourceURLs: Invalid value: [\"/healthz\"]: namespaced rules cannot apply to non-resource URLs")]
    public void A_bad_role_is_refused(string rule, string problem) =>
        Assert.Equal([problem], Check.Problems(ResourceTypes.Roles, $$"""{"metadata":{"name":"x","namespace":"default"},"rules":[{{rule}}]}"""));

    [Fact]
    public void A_cluster_role_may_be_about_paths_but_not_about_both()
    {
        Assert.Empty(Check.Problems(ResourceTypes.ClusterRoles, """{"metadata":{"name":"system:x"},"rules":[{"nonResourceURLs":["/healthz"],"verbs":["get"]}]}"""));
        Assert.Equal(["rules[0].nonResourceURLs: Invalid value: [\"/healthz\"]: rules cannot apply to both regular resources and non-resource URLs"],
            Check.Problems(ResourceTypes.ClusterRoles, """{"metadata":{"name":"x"},"rules":[{"nonResourceURLs":["/healthz"],"resources":["pods"],"verbs":["get"]}]}"""));
        Assert.Equal(["aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil"],
            Check.Problems(ResourceTypes.ClusterRoles, """{"metadata":{"name":"x"},"aggregationRule":{}}"""));
        Assert.Equal(["metadata.name: Invalid value: \"a/b\": may not contain '/'"], Check.Problems(ResourceTypes.ClusterRoles, """{"metadata":{"name":"a/b"}}"""));
    }

    [Fact]
    public void Who_holds_a_role_is_given_its_group()
    {
        var binding = (RoleBinding)Check.Default(KindRegistry.Of<RoleBinding>(), Binding("""[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"robot","namespace":"a"}]"""));
        Assert.Equal(["rbac.authorization.k8s.io", null], binding.Subjects!.Select(s => s.ApiGroup));
        Assert.Equal("rbac.authorization.k8s.io", binding.RoleRef.ApiGroup);
        Assert.Equal("x|Role/r|60m|u||a/robot", Check.Row(ResourceTypes.RoleBindings, Binding("""[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"robot","namespace":"a"}]""")));
    }

    [Theory]
    [InlineData("""[{"kind":"Robot","name":"r"}]""", "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"Group\", \"ServiceAccount\", \"User\"")]
    [InlineData("""[{"kind":"User"}]""", "subjects[0].name: Required value")]
    [InlineData("""[{"kind":"Group","name":"g","apiGroup":"apps"}]""", "subjects[0].apiGroup: Unsupported value: \"apps\": supported values: \"rbac.authorization.k8s.io\"")]
    [InlineData("""[{"kind":"ServiceAccount","name":"s","apiGroup":"apps"}]""", "subjects[0].apiGroup: Unsupported value: \"apps\": supported values: \"\"")]
    public void A_bad_binding_is_refused(string subjects, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.RoleBindings, Binding(subjects)));

    [Fact]
    public void A_cluster_wide_binding_is_of_a_cluster_role_and_names_namespaces()
    {
        Assert.Equal(["roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"", "subjects[0].namespace: Required value"],
            Check.Problems(ResourceTypes.ClusterRoleBindings, """{"metadata":{"name":"x"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"s"}]}"""));
    }

    [Fact]
    public void What_a_binding_binds_to_does_not_change() => Assert.StartsWith("roleRef: Invalid value: ", Assert.Single(Check.UpdateProblems(ResourceTypes.RoleBindings,
        Binding("[]"), Binding("[]").Replace("\"r\"", "\"s\"", StringComparison.Ordinal))), StringComparison.Ordinal);

    [Fact]
    public void A_role_shows_when_it_was_created() =>
        Assert.Equal($"x|{A.Epoch:yyyy-MM-dd'T'HH:mm:ss'Z'}", Check.Row(ResourceTypes.Roles, """{"metadata":{"name":"x","namespace":"default"}}"""));

    private static string Binding(string subjects) => $$"""{"metadata":{"name":"x","namespace":"default"},"roleRef":{"kind":"Role","name":"r"},"subjects":{{subjects}}}""";
}
