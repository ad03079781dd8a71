using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Metrics;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public sealed class MetricsTests
{
    [Theory]
    [InlineData(15_000, "15s")]
    [InlineData(14_998, "14.998s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(61_500, "1m1.5s")]
    [InlineData(-5, "0s")]
    public void A_window_is_written_as_Kubernetes_writes_durations(long milliseconds, string text) => Assert.Equal(text, MetricsView.Window(milliseconds));

    [Theory]
    [InlineData(0, "0", 0)]
    [InlineData(1, "1n", 1)]
    [InlineData(250_000_000, "250000000n", 250)]
    public void A_processors_time_is_written_in_billionths(long nano, string text, long milli)
    {
        var quantity = Quantity.OfNano(nano);
        Assert.Equal((text, milli, Quantity.Parse(text)), (quantity.ToString(), quantity.Milli, quantity));
    }

    [Fact]
    public void A_pod_is_shown_with_its_labels_and_the_containers_that_it_has()
    {
        var pod = A.Pod("web");
        pod = pod with { Metadata = pod.Metadata with { Labels = ValueMap.Of(("app", "web")), Annotations = ValueMap.Of(("a", "b")) } };
        var usage = new PodUsage
        {
            Uid = pod.Metadata.Uid!,
            WindowMilliseconds = 15_000,
            Containers = [Container("web", 5, 3 << 20), Container("stranger", 1, 1)],
        };

        var metrics = MetricsView.Of(pod, usage, A.Epoch)!;

        Assert.Equal(("web", "default", "app=web", "15s", A.Epoch),
            (metrics.Metadata.Name, metrics.Metadata.Namespace, string.Join(',', metrics.Metadata.Labels!.Select(l => $"{l.Key}={l.Value}")), metrics.Window, metrics.Timestamp));
        Assert.Null(metrics.Metadata.Annotations);
        var container = Assert.Single(metrics.Containers!);
        Assert.Equal(("web", "5n", "3Mi"), (container.Name, container.Usage!["cpu"].ToString(), container.Usage["memory"].ToString()));
    }

    [Fact]
    public void What_nothing_is_known_of_is_not_shown()
    {
        Assert.Null(MetricsView.Of(A.Pod("web"), new PodUsage { Containers = [Container("stranger", 1, 1)] }, A.Epoch));
        Assert.Null(MetricsView.Of(A.Pod("web"), new PodUsage { Containers = [Container("web", -1, 1)] }, A.Epoch));
        Assert.Null(MetricsView.Of(A.Node("n1"), new NodeUsageDocument(), A.Epoch));
        Assert.NotNull(MetricsView.Of(A.Node("n1"), new NodeUsageDocument { Node = new Usage(1, 1) }, A.Epoch));
    }

    private static ContainerUsage Container(string name, long cpu, long memory) => new() { Name = name, Usage = new Usage(cpu, memory) };
}
