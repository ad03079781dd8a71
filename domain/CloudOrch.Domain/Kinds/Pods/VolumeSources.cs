using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>The keys of a Secret as files.</summary>
public sealed record SecretVolumeSource : ApiType
{
    /// <summary>The Secret's name.</summary>
    public string? SecretName { get; init; }
    /// <summary>Which keys become files, and where; default: every key, under its own name.</summary>
    public ValueList<KeyToPath>? Items { get; init; }
    /// <summary>The files' permission bits; default 0644.</summary>
    public int? DefaultMode { get; init; }
    /// <summary>Whether the pod starts although there is no such Secret or key.</summary>
    public bool? Optional { get; init; }
}

/// <summary>Fields of the pod itself as files.</summary>
public sealed record DownwardApiVolumeSource : ApiType
{
    /// <summary>The files.</summary>
    public ValueList<DownwardApiVolumeFile>? Items { get; init; }
    /// <summary>The files' permission bits; default 0644.</summary>
    public int? DefaultMode { get; init; }
}

/// <summary>A file with a field of the pod, or with what one of its containers requests or is limited to.</summary>
public sealed record DownwardApiVolumeFile : ApiType
{
    /// <summary>The file's path within the volume.</summary>
    [Required] public string Path { get; init; } = "";
    /// <summary>A field of the pod.</summary>
    public ObjectFieldSelector? FieldRef { get; init; }
    /// <summary>What a container requests or is limited to.</summary>
    public ResourceFieldSelector? ResourceFieldRef { get; init; }
    /// <summary>The file's permission bits; default: those of the volume.</summary>
    public int? Mode { get; init; }
}

/// <summary>Several sources in one directory.</summary>
public sealed record ProjectedVolumeSource : ApiType
{
    /// <summary>The sources, of which none puts a file where another does.</summary>
    public ValueList<VolumeProjection>? Sources { get; init; }
    /// <summary>The files' permission bits; default 0644.</summary>
    public int? DefaultMode { get; init; }
}

/// <summary>One of the sources of a directory; exactly one is set.</summary>
public sealed record VolumeProjection : ApiType
{
    /// <summary>The keys of a Secret.</summary>
    public SecretProjection? Secret { get; init; }
    /// <summary>Fields of the pod itself.</summary>
    public DownwardApiProjection? DownwardAPI { get; init; }
    /// <summary>The keys of a ConfigMap.</summary>
    public ConfigMapProjection? ConfigMap { get; init; }
    /// <summary>A token of the pod's service account.</summary>
    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }
    /// <summary>Certificates of authorities.</summary>
    public ClusterTrustBundleProjection? ClusterTrustBundle { get; init; }
    /// <summary>A key and a certificate for the pod.</summary>
    public PodCertificateProjection? PodCertificate { get; init; }
}

/// <summary>The keys of a Secret as files.</summary>
public sealed record SecretProjection : ApiType
{
    /// <summary>The Secret's name.</summary>
    public string? Name { get; init; }
    /// <summary>Which keys become files, and where; default: every key, under its own name.</summary>
    public ValueList<KeyToPath>? Items { get; init; }
    /// <summary>Whether the pod starts although there is no such Secret or key.</summary>
    public bool? Optional { get; init; }
}

/// <summary>The keys of a ConfigMap as files.</summary>
public sealed record ConfigMapProjection : ApiType
{
    /// <summary>The ConfigMap's name.</summary>
    public string? Name { get; init; }
    /// <summary>Which keys become files, and where; default: every key, under its own name.</summary>
    public ValueList<KeyToPath>? Items { get; init; }
    /// <summary>Whether the pod starts although there is no such ConfigMap or key.</summary>
    public bool? Optional { get; init; }
}

/// <summary>Fields of the pod itself as files.</summary>
public sealed record DownwardApiProjection : ApiType
{
    /// <summary>The files.</summary>
    public ValueList<DownwardApiVolumeFile>? Items { get; init; }
}

/// <summary>A token of the pod's service account as a file, renewed before it ends.</summary>
public sealed record ServiceAccountTokenProjection : ApiType
{
    /// <summary>Who may be shown the token; default: the API.</summary>
    public string? Audience { get; init; }
    /// <summary>How long the token is good, at least 600 seconds; default 3600.</summary>
    public long? ExpirationSeconds { get; init; }
    /// <summary>The file's path within the volume.</summary>
    [Required] public string Path { get; init; } = "";
}

/// <summary>Certificates of authorities as a file: those of one ClusterTrustBundle by name, or all of a signer.</summary>
public sealed record ClusterTrustBundleProjection : ApiType
{
    /// <summary>The ClusterTrustBundle's name.</summary>
    public string? Name { get; init; }
    /// <summary>The signer whose ClusterTrustBundles are meant.</summary>
    public string? SignerName { get; init; }
    /// <summary>Labels of the signer's ClusterTrustBundles that are meant; absent: none.</summary>
    public LabelSelector? LabelSelector { get; init; }
    /// <summary>Whether the pod starts although there are none.</summary>
    public bool? Optional { get; init; }
    /// <summary>The file's path within the volume.</summary>
    [Required] public string Path { get; init; } = "";
}

/// <summary>A key and a certificate for the pod as files, renewed before they end.</summary>
public sealed record PodCertificateProjection : ApiType
{
    /// <summary>Who signs the certificate.</summary>
    [Required] public string SignerName { get; init; } = "";
    /// <summary>RSA3072, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521 or ED25519.</summary>
    [Required] public string KeyType { get; init; } = "";
    /// <summary>How long the certificate is good at most, in seconds; default 86400.</summary>
    public int? MaxExpirationSeconds { get; init; }
    /// <summary>The path of a file with key and certificates.</summary>
    public string? CredentialBundlePath { get; init; }
    /// <summary>The path of a file with the key alone.</summary>
    public string? KeyPath { get; init; }
    /// <summary>The path of a file with the certificates alone.</summary>
    public string? CertificateChainPath { get; init; }
}

/// <summary>The storage that a claim of the namespace has.</summary>
public sealed record PersistentVolumeClaimVolumeSource : ApiType
{
    /// <summary>The claim's name.</summary>
    [Required] public string ClaimName { get; init; } = "";
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A claim that is made for the pod and goes with it.</summary>
public sealed record EphemeralVolumeSource : ApiType
{
    /// <summary>The claim, whose name is the pod's and the volume's.</summary>
    public PersistentVolumeClaimTemplate? VolumeClaimTemplate { get; init; }
}

/// <summary>A claim as it will be made.</summary>
public sealed record PersistentVolumeClaimTemplate : ApiType
{
    /// <summary>The claim's labels and annotations.</summary>
    public ObjectMeta? Metadata { get; init; }
    /// <summary>The storage that is asked for.</summary>
    [Required] public PersistentVolumeClaimSpec Spec { get; init; } = new();
}

/// <summary>Storage of a CSI driver that goes with the pod.</summary>
public sealed record CsiVolumeSource : ApiType
{
    /// <summary>The driver's name.</summary>
    [Required] public string Driver { get; init; } = "";
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>The file system that the volume gets; default: the driver's choice.</summary>
    public string? FsType { get; init; }
    /// <summary>What the driver wants to know about the volume.</summary>
    public ValueMap<string>? VolumeAttributes { get; init; }
    /// <summary>The Secret for mounting the volume.</summary>
    public LocalObjectReference? NodePublishSecretRef { get; init; }
}

/// <summary>The files of an OCI image.</summary>
public sealed record ImageVolumeSource : ApiType
{
    /// <summary>The image, named as in a container.</summary>
    public string? Reference { get; init; }
    /// <summary>Always, IfNotPresent or Never; default Always for the tag <c>latest</c>, else IfNotPresent.</summary>
    public string? PullPolicy { get; init; }
}

/// <summary>The files of a git repository.</summary>
public sealed record GitRepoVolumeSource : ApiType
{
    /// <summary>The repository's URL.</summary>
    [Required] public string Repository { get; init; } = "";
    /// <summary>The commit; default: the newest of the main branch.</summary>
    public string? Revision { get; init; }
    /// <summary>The directory that the files go to; default: one of the repository's name.</summary>
    public string? Directory { get; init; }
}
