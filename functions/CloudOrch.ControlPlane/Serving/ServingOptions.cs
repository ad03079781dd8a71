using CloudOrch.ControlPlane.Serving.Fairness;
using CloudOrch.ControlPlane.Serving.Identity;

namespace CloudOrch.ControlPlane.Serving;

/// <summary>Settings of the API; every one has a default that suits a production deployment.</summary>
public sealed record ServingOptions
{
    /// <summary>Largest request body in bytes; a larger one is 413. Default 3 MiB, as Kubernetes' own limit.</summary>
    public int MaxBodyBytes { get; init; } = 3 << 20;

    /// <summary>Longest watch; must stay below the platform's 230 s. Default 200 s.</summary>
    public TimeSpan MaxWatch { get; init; } = TimeSpan.FromSeconds(200);

    /// <summary>Longest log stream with <c>follow</c>; default 220 s.</summary>
    public TimeSpan MaxLogStream { get; init; } = TimeSpan.FromSeconds(220);

    /// <summary>Pause between bookmarks of a watch that asked for them; default 50 s.</summary>
    public TimeSpan BookmarkEvery { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>How long a (tenant, name) → cluster answer of the directory is used again; default 10 s.</summary>
    public TimeSpan DirectoryCache { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>server:</c> of kubeconfigs without the cluster's path, when it is not what the request came to.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>PEM of the authority that signed the server's certificate, for kubeconfigs; null when it is publicly trusted.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The application id that tokens are for: <c>--server-id</c> of kubelogin in kubeconfigs.</summary>
    public string ApiClientId { get; init; } = "";

    /// <summary>What tokens of service accounts are signed with, the newest first; none: there are no such tokens.</summary>
    public IReadOnlyList<TokenKey> TokenKeys { get; init; } = [];

    public QuotaOptions Quota { get; init; } = new();

    public FairnessOptions Fairness { get; init; } = new();
}

/// <summary>What one tenant may use. Exceeding it is 403 «exceeded quota», as Kubernetes says it.</summary>
public sealed record QuotaOptions
{
    /// <summary>Clusters of a tenant; default 20.</summary>
    public int Clusters { get; init; } = 20;

    /// <summary>Nodes of one cluster; default 5,000.</summary>
    public int Nodes { get; init; } = 5_000;

    /// <summary>Objects of one cluster; default 200,000.</summary>
    public int Objects { get; init; } = 200_000;

    /// <summary>Stored bytes of one cluster; default 1 GiB.</summary>
    public long Bytes { get; init; } = 1L << 30;
}
