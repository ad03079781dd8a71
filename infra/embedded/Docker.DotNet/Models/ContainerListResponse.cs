using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class ContainersListParameters
{
    public bool? Size { get; set; }

    public bool? All { get; set; }

    public string Since { get; set; }

    public string Before { get; set; }

    public long? Limit { get; set; }

    public IDictionary<string, IDictionary<string, bool>> Filters { get; set; }
}

public class ContainerListResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("Names")]
    public IList<string> Names { get; set; }

    [JsonPropertyName("Image")]
    public string Image { get; set; }

    [JsonPropertyName("ImageID")]
    public string ImageID { get; set; }

    [JsonPropertyName("Command")]
    public string Command { get; set; }

    [JsonPropertyName("Created")]
    public DateTime Created { get; set; }

    [JsonPropertyName("Ports")]
    public IList<Port> Ports { get; set; }

    [JsonPropertyName("SizeRw")]
    public long SizeRw { get; set; }

    [JsonPropertyName("SizeRootFs")]
    public long SizeRootFs { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }

    [JsonPropertyName("State")]
    public string State { get; set; }

    [JsonPropertyName("Status")]
    public string Status { get; set; }

    [JsonPropertyName("NetworkSettings")]
    public SummaryNetworkSettings NetworkSettings { get; set; }

    [JsonPropertyName("Mounts")]
    public IList<MountPoint> Mounts { get; set; }
}

public class Port
{
    [JsonPropertyName("IP")]
    public string IP { get; set; }

    [JsonPropertyName("PrivatePort")]
    public ushort PrivatePort { get; set; }

    [JsonPropertyName("PublicPort")]
    public ushort PublicPort { get; set; }

    [JsonPropertyName("Type")]
    public string Type { get; set; }
}

public class SummaryNetworkSettings
{
    [JsonPropertyName("Networks")]
    public IDictionary<string, EndpointSettings> Networks { get; set; }
}

public class MountPoint
{
    [JsonPropertyName("Type")]
    public string Type { get; set; }

    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("Source")]
    public string Source { get; set; }

    [JsonPropertyName("Destination")]
    public string Destination { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("Mode")]
    public string Mode { get; set; }

    [JsonPropertyName("RW")]
    public bool RW { get; set; }

    [JsonPropertyName("Propagation")]
    public string Propagation { get; set; }
}
