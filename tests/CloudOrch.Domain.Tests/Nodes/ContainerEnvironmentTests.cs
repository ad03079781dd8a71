using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Tests.Nodes;

public sealed class ContainerEnvironmentTests
{
    private static readonly EnvironmentSource Source = new(
        new AssignedPod
        {
            Uid = "u1",
            Namespace = "default",
            Name = "web-1",
            Labels = ValueMap.Of(("app", "web")),
            Spec = new PodSpec { Containers = [new Container { Name = "other", Resources = new() { Limits = ValueMap.Of(("memory", Quantity.Parse("64Mi"))) } }] },
        },
        [new AssignedConfigMap { Namespace = "default", Name = "settings", Data = ValueMap.Of(("LEVEL", "high"), ("greeting", "hello")) }],
        "node-1",
        "10.1.0.7",
        "192.0.2.1");

    [Fact]
    public void Variables_come_from_values_configuration_and_the_pod_and_later_ones_may_name_earlier_ones()
    {
        var container = new Container
        {
            Name = "main",
            EnvFrom = [new EnvFromSource { Prefix = "CFG_", ConfigMapRef = new SourceReference { Name = "settings" } }],
            Env =
            [
                new EnvVar { Name = "PLAIN", Value = "a" },
                new EnvVar { Name = "JOINED", Value = "$(PLAIN)-$(CFG_LEVEL)-$(UNKNOWN)-$$(PLAIN)" },
                new EnvVar { Name = "KEY", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "settings", Key = "greeting" } } },
                new EnvVar { Name = "IP", ValueFrom = new() { FieldRef = new() { FieldPath = "status.podIP" } } },
                new EnvVar { Name = "APP", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.labels['app']" } } },
                new EnvVar { Name = "NODE", ValueFrom = new() { FieldRef = new() { FieldPath = "spec.nodeName" } } },
                new EnvVar { Name = "MEMORY", ValueFrom = new() { ResourceFieldRef = new() { ContainerName = "other", Resource = "limits.memory", Divisor = Quantity.Parse("1Mi") } } },
                new EnvVar { Name = "PLAIN", Value = "b" },
            ],
            Command = ["sh", "-c", "echo $(JOINED) $$(JOINED) $(NOT_THERE) $HOME"],
            Args = ["$(KEY)"],
        };

        var made = ContainerEnvironment.Of(container, Source);

        Assert.Null(made.Problem);
        Assert.Equal(
            ["CFG_LEVEL=high", "CFG_greeting=hello", "JOINED=a-high-$(UNKNOWN)-$(PLAIN)", "KEY=hello", "IP=10.1.0.7", "APP=web", "NODE=node-1", "MEMORY=64", "PLAIN=b"],
            made.Variables.Select(v => $"{v.Key}={v.Value}"));
        Assert.Equal(["sh", "-c", "echo a-high-$(UNKNOWN)-$(PLAIN) $(JOINED) $(NOT_THERE) $HOME"], made.Command);
        Assert.Equal(["hello"], made.Arguments);
    }

    [Theory]
    [InlineData("missing", "greeting", false, "configmap \"missing\" not found")]
    [InlineData("settings", "missing", false, "couldn't find key missing in ConfigMap default/settings")]
    [InlineData("missing", "greeting", true, null)]
    [InlineData("settings", "missing", true, null)]
    public void A_reference_that_leads_nowhere_is_a_problem_unless_it_is_optional(string map, string key, bool optional, string? problem)
    {
        var container = new Container { Env = [new EnvVar { Name = "X", ValueFrom = new() { ConfigMapKeyRef = new() { Name = map, Key = key, Optional = optional } } }] };

        var made = ContainerEnvironment.Of(container, Source);

        Assert.Equal(problem, made.Problem);
        Assert.Empty(made.Variables);
    }

    [Theory]
    [InlineData("busybox", "Always", "busybox:latest")]
    [InlineData("busybox:latest", "Always", "busybox:latest")]
    [InlineData("busybox:1", "IfNotPresent", "busybox:1")]
    [InlineData("registry:5000/busybox", "Always", "registry:5000/busybox:latest")]
    [InlineData("registry:5000/busybox:1", "IfNotPresent", "registry:5000/busybox:1")]
    [InlineData("busybox@sha256:abc", "IfNotPresent", "busybox@sha256:abc")]
    public void The_pull_policy_follows_from_the_tag(string image, string policy, string reference)
    {
        Assert.Equal(policy, ImagePolicy.Of(new Container { Image = image }));
        Assert.Equal("Never", ImagePolicy.Of(new Container { Image = image, ImagePullPolicy = "Never" }));
        Assert.Equal(reference, ImagePolicy.WithTag(image));
    }
}
