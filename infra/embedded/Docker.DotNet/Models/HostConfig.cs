using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

/// <summary>What of a container depends on the host: limits, mounts, ports, namespaces.</summary>
public class HostConfig
{
    [JsonPropertyName("Binds")]
    public IList<string> Binds { get; set; }

    [JsonPropertyName("LogConfig")]
    public LogConfig LogConfig { get; set; }

    [JsonPropertyName("NetworkMode")]
    public string NetworkMode { get; set; }

    [JsonPropertyName("PortBindings")]
    public IDictionary<string, IList<PortBinding>> PortBindings { get; set; }

    [JsonPropertyName("AutoRemove")]
    public bool AutoRemove { get; set; }

    [JsonPropertyName("CapAdd")]
    public IList<string> CapAdd { get; set; }

    [JsonPropertyName("CapDrop")]
    public IList<string> CapDrop { get; set; }

    [JsonPropertyName("Dns")]
    public IList<string> DNS { get; set; }

    [JsonPropertyName("DnsOptions")]
    public IList<string> DNSOptions { get; set; }

    [JsonPropertyName("DnsSearch")]
    public IList<string> DNSSearch { get; set; }

    [JsonPropertyName("ExtraHosts")]
    public IList<string> ExtraHosts { get; set; }

    [JsonPropertyName("GroupAdd")]
    public IList<string> GroupAdd { get; set; }

    [JsonPropertyName("IpcMode")]
    public string IpcMode { get; set; }

    [JsonPropertyName("OomScoreAdj")]
    public long OomScoreAdj { get; set; }

    [JsonPropertyName("PidMode")]
    public string PidMode { get; set; }

    [JsonPropertyName("Privileged")]
    public bool Privileged { get; set; }

    [JsonPropertyName("ReadonlyRootfs")]
    public bool ReadonlyRootfs { get; set; }

    [JsonPropertyName("SecurityOpt")]
    public IList<string> SecurityOpt { get; set; }

    [JsonPropertyName("Tmpfs")]
    public IDictionary<string, string> Tmpfs { get; set; }

    [JsonPropertyName("UTSMode")]
    public string UTSMode { get; set; }

    [JsonPropertyName("ShmSize")]
    public long ShmSize { get; set; }

    [JsonPropertyName("Sysctls")]
    public IDictionary<string, string> Sysctls { get; set; }

    [JsonPropertyName("CpuShares")]
    public long CPUShares { get; set; }

    [JsonPropertyName("Memory")]
    public long Memory { get; set; }

    [JsonPropertyName("NanoCpus")]
    public long NanoCPUs { get; set; }

    [JsonPropertyName("CgroupParent")]
    public string CgroupParent { get; set; }

    [JsonPropertyName("MemoryReservation")]
    public long MemoryReservation { get; set; }

    [JsonPropertyName("MemorySwap")]
    public long MemorySwap { get; set; }

    [JsonPropertyName("OomKillDisable")]
    public bool? OomKillDisable { get; set; }

    [JsonPropertyName("PidsLimit")]
    public long? PidsLimit { get; set; }

    [JsonPropertyName("Mounts")]
    public IList<Mount> Mounts { get; set; }

    [JsonPropertyName("MaskedPaths")]
    public IList<string> MaskedPaths { get; set; }

    [JsonPropertyName("ReadonlyPaths")]
    public IList<string> ReadonlyPaths { get; set; }

    [JsonPropertyName("Init")]
    public bool? Init { get; set; }
}

public class LogConfig
{
    [JsonPropertyName("Type")]
    public string Type { get; set; }

    [JsonPropertyName("Config")]
    public IDictionary<string, string> Config { get; set; }
}

public class PortBinding
{
    [JsonPropertyName("HostIp")]
    public string HostIP { get; set; }

    [JsonPropertyName("HostPort")]
    public string HostPort { get; set; }
}

public class Mount
{
    [JsonPropertyName("Type")]
    public string Type { get; set; }

    [JsonPropertyName("Source")]
    public string Source { get; set; }

    [JsonPropertyName("Target")]
    public string Target { get; set; }

    [JsonPropertyName("ReadOnly")]
    public bool ReadOnly { get; set; }
}
