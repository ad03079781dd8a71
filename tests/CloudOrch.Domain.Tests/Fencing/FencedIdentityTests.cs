using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Fencing;

public sealed class FencedIdentityTests
{
    [Theory]
    [InlineData("db-0", null)]
    [InlineData("db-0.prod", null)]
    [InlineData("", "a lowercase RFC 1123 subdomain must consist of")]
    [InlineData("DB_0", "a lowercase RFC 1123 subdomain must consist of")]
    public void Its_name_is_a_subdomain(string name, string? problem)
    {
        var pod = New(A.Pod("p").Annotated(FencedIdentity.Annotation, name));
        var template = A.Deployment("d");
        template = template with { Spec = template.Spec with { Template = template.Spec.Template with { Metadata = pod.Metadata with { Name = null, Namespace = null, Labels = template.Spec.Template.Metadata.Labels } } } };
        AssertRefused(Check(pod), "metadata.annotations[cloudorch.io/fenced-identity]", problem);
        AssertRefused(Check(template), "spec.template.metadata.annotations[cloudorch.io/fenced-identity]", problem);
    }

    [Fact]
    public void Only_the_scheduler_binds_such_a_pod()
    {
        var pod = New(Fenced("p").On("n1"));
        AssertRefused(Check(pod), "spec.nodeName", "use nodeSelector to choose its node");
        Assert.Empty(Check(pod.AtRevision(7)));
        AssertRefused(Check(New(A.Pod("p").Annotated(FencedIdentity.OwedUntil, "2030-01-01T00:00:00Z"))), "metadata.annotations[cloudorch.io/fenced-until]", "only the control plane sets it");
    }

    [Fact]
    public void It_neither_comes_nor_goes_nor_changes_while_the_pod_is_there()
    {
        var kind = KindRegistry.Of<Pod>();
        var (plain, fenced) = (A.Pod("p").AtRevision(1), Fenced("p").AtRevision(1));
        foreach (var (old, next) in new[] { (plain, fenced), (fenced, plain), (fenced, fenced.Annotated(FencedIdentity.Annotation, "other")) })
            AssertRefused(kind.ValidateUpdate(old, next), "metadata.annotations[cloudorch.io/fenced-identity]", "make another pod instead");
        Assert.Empty(kind.ValidateUpdate(fenced, fenced.Labelled("a", "b")));
    }

    public static TheoryData<string, Pod, bool> Pods => new()
    {
        { "not bound", Fenced("p"), false },
        { "bound", Fenced("p").On("n"), true },
        { "running", Fenced("p").On("n").Ready(), true },
        { "going", Fenced("p").On("n").Ready().Deleting(A.Epoch), true },
        { "forced", Fenced("p").On("n").Ready().Deleting(A.Epoch, 0), true },
        { "ended", Fenced("p").On("n").Finished(), false },
        { "ended and never ran", Fenced("p").On("n") with { Status = new() { Phase = "Failed" } }, false },
        { "failed but a container still runs", Failing(Fenced("p").On("n").Ready()), true },
        { "not fenced", A.Pod("p").On("n").Ready(), false },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void A_bound_pod_has_its_identity_until_its_node_says_that_its_containers_ended(string what, Pod pod, bool isHeld)
    {
        Assert.NotEmpty(what);
        Assert.Equal(isHeld, FencedIdentity.IsHeldBy(pod));
        Assert.False(FencedIdentity.IsHeldBy(FencedIdentity.Stopped(pod)));
    }

    [Fact]
    public void Namespaces_have_identities_of_their_own() =>
        Assert.Equal(("default/db", "other/db", null), (FencedIdentity.Of(Fenced("p")), FencedIdentity.Of(Fenced("p").InNamespace("other")), FencedIdentity.Of(A.Pod("p"))));

    private static Pod Fenced(string name) => A.Pod(name).Annotated(FencedIdentity.Annotation, "db");

    private static Pod Failing(Pod pod) => pod with { Status = pod.Status! with { Phase = "Failed" } };

    private static Pod New(Pod pod) => pod with { Metadata = pod.Metadata with { ResourceVersion = null } };

    private static IEnumerable<FieldError> Check<T>(T value)
        where T : KubeObject => KindRegistry.Of<T>().Validate(value);

    private static void AssertRefused(IEnumerable<FieldError> errors, string field, string? problem)
    {
        if (problem is null)
        {
            Assert.Empty(errors);
            return;
        }

        var error = Assert.Single(errors);
        Assert.Equal(field, error.Field);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }
}
