using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class VersionResponse
{
    [JsonPropertyName("Version")]
    public string Version { get; set; }

    [JsonPropertyName("ApiVersion")]
    public string APIVersion { get; set; }

    [JsonPropertyName("MinAPIVersion")]
    public string MinAPIVersion { get; set; }

    [JsonPropertyName("GitCommit")]
    public string GitCommit { get; set; }

    [JsonPropertyName("GoVersion")]
    public string GoVersion { get; set; }

    [JsonPropertyName("Os")]
    public string Os { get; set; }

    [JsonPropertyName("Arch")]
    public string Arch { get; set; }

    [JsonPropertyName("KernelVersion")]
    public string KernelVersion { get; set; }

    [JsonPropertyName("BuildTime")]
    public string BuildTime { get; set; }
}

public class SystemInfoResponse
{
    [JsonPropertyName("ID")]
    public string ID { get; set; }

    [JsonPropertyName("Containers")]
    public long Containers { get; set; }

    [JsonPropertyName("ContainersRunning")]
    public long ContainersRunning { get; set; }

    [JsonPropertyName("Images")]
    public long Images { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("CgroupDriver")]
    public string CgroupDriver { get; set; }

    [JsonPropertyName("CgroupVersion")]
    public string CgroupVersion { get; set; }

    [JsonPropertyName("KernelVersion")]
    public string KernelVersion { get; set; }

    [JsonPropertyName("OperatingSystem")]
    public string OperatingSystem { get; set; }

    [JsonPropertyName("OSType")]
    public string OSType { get; set; }

    [JsonPropertyName("Architecture")]
    public string Architecture { get; set; }

    [JsonPropertyName("NCPU")]
    public long NCPU { get; set; }

    [JsonPropertyName("MemTotal")]
    public long MemTotal { get; set; }

    [JsonPropertyName("DockerRootDir")]
    public string DockerRootDir { get; set; }

    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("Labels")]
    public IList<string> Labels { get; set; }

    [JsonPropertyName("ServerVersion")]
    public string ServerVersion { get; set; }

    [JsonPropertyName("Warnings")]
    public IList<string> Warnings { get; set; }
}

public class ContainerEventsParameters
{
    public string Since { get; set; }

    public string Until { get; set; }

    public IDictionary<string, IDictionary<string, bool>> Filters { get; set; }
}

public class Message
{
    [JsonPropertyName("status")]
    public string Status { get; set; }

    [JsonPropertyName("id")]
    public string ID { get; set; }

    [JsonPropertyName("from")]
    public string From { get; set; }

    [JsonPropertyName("Type")]
    public string Type { get; set; }

    [JsonPropertyName("Action")]
    public string Action { get; set; }

    [JsonPropertyName("Actor")]
    public Actor Actor { get; set; }

    [JsonPropertyName("scope")]
    public string Scope { get; set; }

    [JsonPropertyName("time")]
    public long Time { get; set; }

    [JsonPropertyName("timeNano")]
    public long TimeNano { get; set; }
}

public class Actor
{
    [JsonPropertyName("ID")]
    public string ID { get; set; }

    [JsonPropertyName("Attributes")]
    public IDictionary<string, string> Attributes { get; set; }
}
