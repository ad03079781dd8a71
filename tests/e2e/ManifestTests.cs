using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Manifests as people and tools write them, with what Kubernetes takes in them, and nothing that it does not.</summary>
[Collection(Quiet.Name)]
public sealed class ManifestTests(Instance instance)
{
    /// <summary>The pages of <c>manifests/</c>. A line <c># Warning: …</c> of a page is one of the warnings that its application ends with.</summary>
    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Checkout.At("tests", "e2e", "manifests")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_taken_as_it_is_and_warns_of_what_nothing_acts_on(string page)
    {
        string path = Checkout.At("tests", "e2e", "manifests", page);
        await using var space = await instance.NamespaceAsync();
        try
        {
            var dry = await space.KubectlAsync("apply", "--dry-run=server", "-f", path);
            var applied = (await space.KubectlAsync("apply", "-f", path)).Succeeded();
            Assert.Equal(0, dry.Code);
            Assert.Equal(applied.Lines.Select(l => $"{l} (server dry run)"), dry.Lines);
            Assert.All(applied.Lines, l => Assert.EndsWith(" created", l, StringComparison.Ordinal));
            Assert.Equal(
                (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Where(l => l.StartsWith("# Warning: ", StringComparison.Ordinal)).Select(l => l[2..]),
                applied.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());

            // What was stored is what was written, and writing it again is no matter, whoever does it and however.
            Assert.Equal("", (await space.KubectlAsync("diff", "-f", path)).Succeeded().Out);
            (await space.KubectlAsync("apply", "-f", path)).Succeeded();
            (await space.KubectlAsync("apply", "--server-side", "--force-conflicts", "-f", path)).Succeeded();
        }
        finally
        {
            (await space.KubectlAsync("delete", "--ignore-not-found", "--wait=false", "-f", path)).Succeeded();
        }
    }
}

/// <summary>What the API's schema says, beside what the newest client library knows of the same kinds.</summary>
/// <remarks>Below a field that is taken as it comes (the <c>data</c> of a ControllerRevision) nothing is compared.</remarks>
[Collection(Quiet.Name)]
public sealed class FieldTests(Instance instance, ITestOutputHelper output)
{
    /// <summary>What only Kubernetes' own kubelet and volume controllers write, what has been without a meaning since version 1.7, what both groups of Events do not require, and what the library has no types of.</summary>
    private static readonly string[] NotKnown =
    [
        "missing Node.v1.spec.externalID",
        .. from field in new[] { "config", "features", "nodeInfo.swap", "phase", "runtimeHandlers", "volumesAttached", "volumesInUse" } select $"missing Node.v1.status.{field}",
        .. from status in new[] { "containerStatuses", "initContainerStatuses" }
           from field in new[] { "allocatedResources", "allocatedResourcesStatus", "resources", "stopSignal", "user", "volumeMounts" }
           select $"missing Pod.v1.status.{status}[].{field}",
        .. from field in new[] { "ephemeralContainerStatuses", "extendedResourceClaimStatus", "resize", "resourceClaimStatuses" } select $"missing Pod.v1.status.{field}",
        "required Event.v1.metadata",
        "required Event.v1.series.count",
        "required Event.v1.series.lastObservedTime",
        "kind metrics.k8s.io/v1beta1 NodeMetrics",
        "kind metrics.k8s.io/v1beta1 PodMetrics",
    ];

    [Fact]
    public async Task Every_field_of_Kubernetes_is_known_and_no_other()
    {
        var said = (await instance.Machine.RunAsync(
            "env", $"CLIENTS_DIRECTORY={Checkout.At(".local", "clients")}", "node", Checkout.At("tests", "e2e", "clients", "client-node-fields.mjs"))).Succeeded();
        string[] differences = [.. said.Lines.SkipLast(1)];
        output.WriteLine(string.Join('\n', differences.Except(NotKnown).Select(d => $"only here: {d}").Concat(NotKnown.Except(differences).Select(d => $"not any more: {d}"))));
        Assert.Equal(NotKnown.Order(), differences.Order());
        Assert.Matches(@"^compared \d{2,} kinds, \d{4,} fields$", said.Lines[^1]);
    }
}
