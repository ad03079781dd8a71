using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.State;

public sealed class ClusterSnapshotTests
{
    private static readonly StoreHead Head = new(1, new(1), new(1), "1");

    private static Pod RandomPod(Random random)
    {
        var pod = A.Pod($"p{random.Next(12)}");
        return pod with
        {
            Metadata = pod.Metadata with
            {
                Namespace = random.Next(2) == 0 ? "default" : "other",
                Uid = $"uid-{random.NextInt64()}",
                OwnerReferences = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "r", Uid = $"owner-{random.Next(3)}" })],
                DeletionTimestamp = random.Next(4) == 0 ? A.Epoch : null,
            },
            Spec = pod.Spec with
            {
                NodeName = random.Next(3) == 0 ? null : $"n{random.Next(3)}",
                Containers = [pod.Spec.Containers[0] with { EnvFrom = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new EnvFromSource { ConfigMapRef = new() { Name = $"map-{random.Next(3)}" } })] }],
            },
            Status = pod.Status! with { Phase = random.Next(4) == 0 ? "Succeeded" : "Running" },
        };
    }

    private static string Show(IEnumerable<KubeObject> objects) =>
        string.Join(' ', objects.Select(o => $"{o.Metadata.Namespace}/{o.Metadata.Name}:{o.Metadata.Uid}@{o.Metadata.ResourceVersion}"));

    [Fact]
    public void Changes_one_by_one_lead_to_the_same_snapshot_as_loading_the_end()
    {
        Seeds.Each(200, seed =>
        {
            var random = new Random(seed);
            var snapshot = ClusterSnapshot.Empty(Head);
            for (int i = 0; i < 60; i++)
            {
                var pod = RandomPod(random);
                var key = KindRegistry.KeyOf(pod);
                bool exists = snapshot.FindEntry(key) is not null;
                var change = exists && random.Next(3) == 0 ? new ObjectChange(ChangeType.Deleted, key, pod) : new(exists ? ChangeType.Modified : ChangeType.Added, key, pod);
                snapshot = snapshot.After([change], [ObjectCodec.Write(pod)]);
            }
            var loaded = ClusterSnapshot.Load(snapshot.Entries(ResourceTypes.Pods), snapshot.Head);
            Assert.Equal((loaded.Count, loaded.Bytes, loaded.Revision), (snapshot.Count, snapshot.Bytes, snapshot.Revision));
            Assert.Equal(Show(loaded.List(ResourceTypes.Pods)), Show(snapshot.List(ResourceTypes.Pods)));
            Assert.Equal(Show(loaded.List(ResourceTypes.Pods, "other")), Show(snapshot.List(ResourceTypes.Pods, "other")));
            Assert.Equal(Show(loaded.UnscheduledPods), Show(snapshot.UnscheduledPods));
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(Show(loaded.PodsOnNode($"n{i}")), Show(snapshot.PodsOnNode($"n{i}")));
                Assert.Equal(Show(loaded.OwnedBy($"owner-{i}")), Show(snapshot.OwnedBy($"owner-{i}")));
                var map = new ResourceKey(ResourceTypes.ConfigMaps, "other", $"map-{i}");
                Assert.Equal(Show(loaded.ReadersOf(map)), Show(snapshot.ReadersOf(map)));
                Assert.Equal(Show(snapshot.List(ResourceTypes.Pods, "other").Where(p => PodReferences.ConfigMapsOf((Pod)p).Contains(map))), Show(snapshot.ReadersOf(map)));
            }
            Assert.All(snapshot.List(ResourceTypes.Pods), p => Assert.True(snapshot.Exists(p.Metadata.Uid!)));
            Assert.All(snapshot.UnscheduledPods, p => Assert.True(string.IsNullOrEmpty(p.Spec.NodeName) && p.Metadata.DeletionTimestamp is null && p.Status?.Phase == "Running"));
        });
    }

    [Fact]
    public void Objects_come_in_order_of_namespace_and_name()
    {
        var pods = new[] { ("b", "z"), ("a", "z"), ("b", "a"), ("B", "m"), ("a", "10"), ("a", "9") }
            .Select(x => A.Pod(x.Item2) is var pod ? pod with { Metadata = pod.Metadata with { Namespace = x.Item1, Uid = $"{x}" } } : pod);
        var snapshot = ClusterSnapshot.Load(pods.Select(p => new SnapshotEntry(KindRegistry.KeyOf(p), new(2), p, 10)), Head);
        Assert.Equal(["B/m", "a/10", "a/9", "a/z", "b/a", "b/z"], snapshot.List(ResourceTypes.Pods).Select(o => $"{o.Metadata.Namespace}/{o.Metadata.Name}"));
        Assert.Equal(6, snapshot.CountOf(ResourceTypes.Pods));
        Assert.Equal(60, snapshot.Bytes);
    }

    [Fact]
    public void What_a_stored_row_holds_beyond_this_version_survives_reading_and_writing()
    {
        var body = """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default","uid":"u","later":{"x":[1]}},"future":true}"""u8.ToArray();
        var read = ObjectCodec.Read(ResourceTypes.ConfigMaps, new(7), body);
        Assert.Equal("7", read.Metadata.ResourceVersion);
        string written = System.Text.Encoding.UTF8.GetString(ObjectCodec.Write(read));
        Assert.Contains("\"future\":true", written, StringComparison.Ordinal);
        Assert.Contains("\"later\":{\"x\":[1]}", written, StringComparison.Ordinal);
        Assert.DoesNotContain("resourceVersion", written, StringComparison.Ordinal);
        var unknown = ObjectCodec.Read(new("later.io", "widgets"), new(8), body);
        Assert.Equal(("u", "8"), (unknown.Metadata.Uid, unknown.Metadata.ResourceVersion));
        Assert.Contains("\"future\":true", System.Text.Encoding.UTF8.GetString(ObjectCodec.Write(unknown)), StringComparison.Ordinal);
    }
}
