using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Tables;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.ApiTests;

public class TableTests
{
    private static readonly DateTimeOffset Now = A.Epoch.AddMinutes(5);

    [Fact]
    public void A_list_of_pods_is_the_table_that_was_reviewed()
    {
        var pods = new KubeObject[] { A.Pod("web-1").On("n1").Ready().AtRevision(7), A.Pod("web-2").AtRevision(8) };
        Golden.AssertJson("tables/pods", TableWriter.Write(KindRegistry.Of<Pod>(), pods, new() { ResourceVersion = "9" }, IncludeObject.Metadata, Now));
    }

    [Fact]
    public void Rows_carry_what_was_asked_for()
    {
        var pod = A.Pod("web");
        Assert.Null(Row(IncludeObject.None)["object"]);
        Assert.Equal("PartialObjectMetadata", Row(IncludeObject.Metadata)["object"]!["kind"]!.ToString());
        Assert.Null(Row(IncludeObject.Metadata)["object"]!["spec"]);
        Assert.Equal("web", Row(IncludeObject.Object)["object"]!["spec"]!["containers"]![0]!["name"]!.ToString());

        JsonNode Row(IncludeObject include) => JsonNode.Parse(TableWriter.WriteOne(KindRegistry.Of<Pod>(), pod, include, Now))!["rows"]![0]!;
    }

    [Fact]
    public void Later_events_of_a_watch_leave_the_columns_out_and_old_clients_get_their_version()
    {
        var table = JsonNode.Parse(TableWriter.WriteOne(KindRegistry.Of<Pod>(), A.Pod("web").AtRevision(7), IncludeObject.Metadata, Now, "v1beta1", withColumns: false))!;
        Assert.Equal("meta.k8s.io/v1beta1", table["apiVersion"]!.ToString());
        Assert.Empty(table["columnDefinitions"]!.AsArray());
        Assert.Equal("7", table["metadata"]!["resourceVersion"]!.ToString());
        Assert.Single(table["rows"]!.AsArray());
    }
}
