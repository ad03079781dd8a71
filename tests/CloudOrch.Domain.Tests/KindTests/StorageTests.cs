using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.PersistentVolumes;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public class StorageTests
{
    private const string Sized = """ "capacity":{"storage":"5Gi"},"accessModes":["ReadWriteOnce"] """;
    private const string Claimed = """ "accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"5Gi"}} """;

    [Fact]
    public void A_volume_is_retained_and_holds_files_unless_it_says_otherwise()
    {
        var volume = (PersistentVolume)Check.Default(KindRegistry.Of<PersistentVolume>(), Volume($$""" {{Sized}},"hostPath":{"path":"/srv"} """));
        Assert.Equal(("Retain", "Filesystem", ""), (volume.Spec.PersistentVolumeReclaimPolicy, volume.Spec.VolumeMode, volume.Spec.HostPath!.Type));
        Assert.Equal("Pending", ((PersistentVolume)KindRegistry.Of<PersistentVolume>().PrepareForCreate(volume, A.Epoch)).Status!.Phase);
    }

    [Theory]
    [InlineData($""" {Sized} """, "spec: Required value: must specify a volume type")]
    [InlineData($$""" {{Sized}},"nfs":{"server":"s","path":"/p"},"hostPath":{"path":"/srv"} """, "spec.nfs: Forbidden: may not specify more than 1 volume type")]
    [InlineData(""" "accessModes":["ReadWriteOnce"],"nfs":{"server":"s","path":"/p"} """, "spec.capacity: Required value")]
    [InlineData(""" "capacity":{"storage":"5Gi","cpu":"1"},"accessModes":["ReadWriteOnce"],"nfs":{"server":"s","path":"/p"} """, "spec.capacity: Unsupported value: \"cpu\": supported values: \"storage\"")]
    [InlineData(""" "capacity":{"storage":"0"},"accessModes":["ReadWriteOnce"],"nfs":{"server":"s","path":"/p"} """, "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero")]
    [InlineData(""" "capacity":{"storage":"5Gi"},"nfs":{"server":"s","path":"/p"} """, "spec.accessModes: Required value")]
    [InlineData(""" "capacity":{"storage":"5Gi"},"accessModes":["Any"],"nfs":{"server":"s","path":"/p"} """, "spec.accessModes: Unsupported value: \"Any\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"")]
    [InlineData(""" "capacity":{"storage":"5Gi"},"accessModes":["ReadWriteOnce","ReadWriteOncePod"],"nfs":{"server":"s","path":"/p"} """, "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes")]
    [InlineData($$""" {{Sized}},"nfs":{"server":"s","path":"p"} """, "spec.nfs.path: Invalid value: \"p\": must be an absolute path")]
    [InlineData($$""" {{Sized}},"csi":{"driver":"d.example"} """, "spec.csi.volumeHandle: Required value")]
    [InlineData($$""" {{Sized}},"hostPath":{"path":"/a/../b"} """, "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'")]
    [InlineData($$""" {{Sized}},"hostPath":{"path":"/"},"persistentVolumeReclaimPolicy":"Recycle" """, "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'")]
    [InlineData($$""" {{Sized}},"local":{"path":"/srv"} """, "spec.nodeAffinity: Required value: Local volume requires node affinity")]
    [InlineData($$""" {{Sized}},"nfs":{"server":"s","path":"/p"},"persistentVolumeReclaimPolicy":"Keep" """, "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Keep\": supported values: \"Delete\", \"Recycle\", \"Retain\"")]
    [InlineData($$""" {{Sized}},"nfs":{"server":"s","path":"/p"},"volumeMode":"Tape" """, "spec.volumeMode: Unsupported value: \"Tape\": supported values: \"Block\", \"Filesystem\"")]
    public void A_bad_volume_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.PersistentVolumes, Volume(spec)));

    [Theory]
    [InlineData(""" "nfs":{"server":"s","path":"/p"} """, """ "nfs":{"server":"s","path":"/q"} """, "spec.nfs: Forbidden: the source of a volume is immutable after creation")]
    [InlineData(""" "nfs":{"server":"s","path":"/p"} """, """ "nfs":{"server":"s","path":"/p"},"volumeMode":"Block" """, "spec.volumeMode: Invalid value: \"Block\": field is immutable")]
    public void Where_a_volume_is_does_not_change(string old, string value, string problem) =>
        Assert.Equal([problem], Check.UpdateProblems(ResourceTypes.PersistentVolumes, Volume($"{Sized},{old}"), Volume($"{Sized},{value}")));

    [Fact]
    public void A_volume_shows_what_kubectl_shows()
    {
        string document = Volume("""
            "capacity":{"storage":"5Gi"},"accessModes":["ReadWriteMany","ReadWriteOnce"],"nfs":{"server":"s","path":"/p"},"storageClassName":"slow","claimRef":{"namespace":"default","name":"c"}
            """);
        Assert.Equal("v|5Gi|RWO,RWX|Retain|Pending|default/c|slow|<unset>||60m|Filesystem", Check.Row(ResourceTypes.PersistentVolumes, document));
    }

    [Theory]
    [InlineData(""" "resources":{"requests":{"storage":"5Gi"}} """, "spec.accessModes: Required value: at least 1 access mode is required")]
    [InlineData(""" "accessModes":["ReadWriteOnce"] """, "spec.resources[storage]: Required value")]
    [InlineData(""" "accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"-1"}} """, "spec.resources[storage]: Invalid value: \"-1\": must be greater than zero")]
    [InlineData($$""" {{Claimed}},"storageClassName":"Not_Good" """, "spec.storageClassName: Invalid value: \"Not_Good\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData($$""" {{Claimed}},"volumeMode":"Tape" """, "spec.volumeMode: Unsupported value: \"Tape\": supported values: \"Block\", \"Filesystem\"")]
    [InlineData($$""" {{Claimed}},"selector":{"matchExpressions":[{"key":"a","operator":"Like"}]} """, "spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator")]
    public void A_bad_claim_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.PersistentVolumeClaims, Claim(spec)));

    [Fact]
    public void A_claim_from_a_source_names_it_twice()
    {
        var claim = (PersistentVolumeClaim)Check.Default(KindRegistry.Of<PersistentVolumeClaim>(), Claim($$""" {{Claimed}},"dataSource":{"kind":"PersistentVolumeClaim","name":"a"} """));
        Assert.Equal(new TypedObjectReference { Kind = "PersistentVolumeClaim", Name = "a" }, claim.Spec.DataSourceRef);
        Assert.Equal(["spec: Invalid value: \"\": must match dataSourceRef"], Check.Problems(ResourceTypes.PersistentVolumeClaims,
            Claim($$""" {{Claimed}},"dataSource":{"kind":"PersistentVolumeClaim","name":"a"},"dataSourceRef":{"kind":"PersistentVolumeClaim","name":"b"} """)));
    }

    [Theory]
    [InlineData("", """ "volumeName":"v" """, null)]
    [InlineData("", """ "storageClassName":"s" """, null)]
    [InlineData(""" "volumeName":"v" """, """ "volumeName":"w" """, "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData(""" "storageClassName":"s" """, """ "storageClassName":"t" """, "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    public void A_claim_is_filled_in_but_not_changed(string old, string value, string? problem) => Assert.Equal(problem is null ? [] : [problem],
        Check.UpdateProblems(ResourceTypes.PersistentVolumeClaims, Claim(Claimed + (old.Length > 0 ? "," : "") + old), Claim(Claimed + "," + value)));

    [Theory]
    [InlineData("Bound", "6Gi", null)]
    [InlineData("Pending", "6Gi", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData("Bound", "4Gi", "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")]
    public void A_bound_claim_may_grow(string phase, string size, string? problem)
    {
        var kind = KindRegistry.Of<PersistentVolumeClaim>();
        var old = (PersistentVolumeClaim)kind.PrepareForCreate(Check.Default(kind, Claim(Claimed)), A.Epoch) with
        {
            Status = new() { Phase = phase, Capacity = ValueMap.Of(("storage", Quantity.Parse("5Gi"))) },
        };
        var value = kind.PrepareForUpdate(old, Check.Default(kind, Claim(Claimed.Replace("5Gi", size, StringComparison.Ordinal))));
        Assert.Equal(problem is null ? [] : [problem], kind.ValidateUpdate(old, value).Select(e => $"{e.Field}: {e.Message}"));
    }

    [Fact]
    public void A_claim_shows_what_kubectl_shows()
    {
        Assert.Equal("c|Pending||||slow|<unset>|60m|Filesystem", Check.Row(ResourceTypes.PersistentVolumeClaims, Claim($$""" {{Claimed}},"storageClassName":"slow" """)));
        var kind = KindRegistry.Of<PersistentVolumeClaim>();
        var bound = (PersistentVolumeClaim)kind.Read(Encoding.UTF8.GetBytes("""
            {"metadata":{"name":"c"},"spec":{"volumeName":"v","volumeMode":"Block"},"status":{"phase":"Bound","accessModes":["ReadOnlyMany"],"capacity":{"storage":"8Gi"}}}
            """));
        Assert.Equal(["c", "Bound", "v", "8Gi", "ROX"], kind.Columns.Take(5).Select(c => $"{c.Value(bound, A.Epoch)}"));
    }

    private static string Volume(string spec) => $$"""{"metadata":{"name":"v"},"spec":{ {{spec}} } }""";

    private static string Claim(string spec) => $$"""{"metadata":{"name":"c","namespace":"default"},"spec":{ {{spec}} } }""";
}
