using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public class DefaultsTests
{
    [Fact]
    public void A_pod_gets_the_defaults_of_Kubernetes() => Golden.AssertJson("defaults/pod", Written(ResourceTypes.Pods, """
        {"metadata":{"name":"web","namespace":"default"},"spec":{
          "containers":[{"name":"web","image":"web","ports":[{"containerPort":80}],"env":[{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}],
            "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"250m"}},
            "readinessProbe":{"httpGet":{"port":80}},"livenessProbe":{"tcpSocket":{"port":80}}}],
          "volumes":[{"name":"scratch"},{"name":"host","hostPath":{"path":"/srv"}},{"name":"settings","configMap":{"name":"s"}}]}}
        """));

    [Fact]
    public void A_deployment_gets_the_defaults_of_Kubernetes() => Golden.AssertJson("defaults/deployment", Written(ResourceTypes.Deployments, """
        {"metadata":{"name":"web","namespace":"default"},"spec":{"selector":{"matchLabels":{"app":"web"}},
          "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web:1","resources":{"limits":{"cpu":"1"}}}]}}}}
        """));

    [Theory]
    [InlineData("web", "Always")]
    [InlineData("web:latest", "Always")]
    [InlineData("web:1", "IfNotPresent")]
    [InlineData("registry:5000/web", "Always")]
    [InlineData("registry:5000/web:1", "IfNotPresent")]
    [InlineData("web@sha256:0123456789012345678901234567890123456789012345678901234567890123", "IfNotPresent")]
    public void The_pull_policy_follows_the_tag(string image, string policy) => Assert.Equal(policy, A.Pod("p", image).Spec.Containers[0].ImagePullPolicy);

    [Fact]
    public void On_the_host_network_a_port_is_a_host_port_in_pods_but_not_in_templates()
    {
        var pod = A.Stored(new Pod { Metadata = new() { Name = "p", Namespace = "default" }, Spec = new() { HostNetwork = true, Containers = [A.Container("c") with { Ports = [new() { Port = 80 }] }] } });
        Assert.Equal(80, pod.Spec.Containers[0].Ports![0].HostPort);
        Assert.Null(PodDefaults.Of(new PodTemplateSpec { Spec = pod.Spec with { Containers = [A.Container("c") with { Ports = [new() { Port = 80 }] }] } }).Spec.Containers[0].Ports![0].HostPort);
    }

    [Fact]
    public void A_recreated_deployment_has_no_rolling_update() => Assert.Null(A.Stored(A.Deployment("d").Recreating()).Spec.Strategy!.RollingUpdate);

    [Fact]
    public void A_namespace_carries_its_name_as_a_label_and_is_active()
    {
        var value = A.Namespace("team");
        Assert.Equal("team", value.Metadata.Labels![NamespaceKind.NameLabel]);
        Assert.Equal("Active", value.Status!.Phase);
        Assert.Equal(["kubernetes"], value.Spec!.Finalizers!);
        Assert.Null(value.Metadata.Generation);
    }

    [Fact]
    public void Who_creates_an_object_cannot_give_it_a_status_or_a_deletion()
    {
        var kind = KindRegistry.Of<Deployment>();
        var created = (Deployment)kind.PrepareForCreate(A.Deployment("d").Deleting(A.Epoch) with { Status = new() { Replicas = 9 } }, A.Epoch.AddMilliseconds(1500));
        Assert.Equal(0, created.Status!.Replicas);
        Assert.Null(created.Metadata.DeletionTimestamp);
        Assert.Equal(A.Epoch.AddSeconds(1), created.Metadata.CreationTimestamp);
    }

    [Theory]
    [InlineData(null, null, null, null, "BestEffort")]
    [InlineData("1", "1Gi", null, null, "Guaranteed")]
    [InlineData("1", "1Gi", "1", "1Gi", "Guaranteed")]
    [InlineData("1", "1Gi", "500m", "1Gi", "Burstable")]
    [InlineData("1", null, null, null, "Burstable")]
    [InlineData(null, null, "1", null, "Burstable")]
    public void The_quality_of_service_follows_from_the_resources(string? cpuLimit, string? memoryLimit, string? cpu, string? memory, string expected)
    {
        var pod = A.Pod("p").LimitedTo(cpuLimit, memoryLimit).Requesting(cpu, memory);
        Assert.Equal(expected, A.Stored(pod).Status!.QosClass);
    }

    private static ReadOnlyMemory<byte> Written(ResourceType type, string json)
    {
        var kind = KindRegistry.Find(type)!;
        return kind.Write(kind.PrepareForCreate(kind.Default(kind.Read(Encoding.UTF8.GetBytes(json))), A.Epoch));
    }
}
