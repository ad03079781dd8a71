using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class VolumesListParameters
{
    public IDictionary<string, IDictionary<string, bool>> Filters { get; set; }
}

public class VolumesCreateParameters
{
    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("DriverOpts")]
    public IDictionary<string, string> DriverOpts { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }
}

public class VolumeResponse
{
    [JsonPropertyName("CreatedAt")]
    public string CreatedAt { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }

    [JsonPropertyName("Mountpoint")]
    public string Mountpoint { get; set; }

    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("Options")]
    public IDictionary<string, string> Options { get; set; }

    [JsonPropertyName("Scope")]
    public string Scope { get; set; }
}

public class VolumesListResponse
{
    [JsonPropertyName("Volumes")]
    public IList<VolumeResponse> Volumes { get; set; }

    [JsonPropertyName("Warnings")]
    public IList<string> Warnings { get; set; }
}
