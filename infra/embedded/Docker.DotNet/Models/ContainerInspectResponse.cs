using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class ContainerInspectResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("Created")]
    public DateTime Created { get; set; }

    [JsonPropertyName("Path")]
    public string Path { get; set; }

    [JsonPropertyName("Args")]
    public IList<string> Args { get; set; }

    [JsonPropertyName("State")]
    public ContainerState State { get; set; }

    [JsonPropertyName("Image")]
    public string Image { get; set; }

    [JsonPropertyName("LogPath")]
    public string LogPath { get; set; }

    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("RestartCount")]
    public long RestartCount { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("HostConfig")]
    public HostConfig HostConfig { get; set; }

    [JsonPropertyName("Mounts")]
    public IList<MountPoint> Mounts { get; set; }

    [JsonPropertyName("Config")]
    public Config Config { get; set; }

    [JsonPropertyName("NetworkSettings")]
    public NetworkSettings NetworkSettings { get; set; }
}

/// <summary><see cref="StartedAt"/> and <see cref="FinishedAt"/> are RFC 3339 with nanoseconds; year 1 means never.</summary>
public class ContainerState
{
    [JsonPropertyName("Status")]
    public string Status { get; set; }

    [JsonPropertyName("Running")]
    public bool Running { get; set; }

    [JsonPropertyName("Paused")]
    public bool Paused { get; set; }

    [JsonPropertyName("Restarting")]
    public bool Restarting { get; set; }

    [JsonPropertyName("OOMKilled")]
    public bool OOMKilled { get; set; }

    [JsonPropertyName("Dead")]
    public bool Dead { get; set; }

    [JsonPropertyName("Pid")]
    public long Pid { get; set; }

    [JsonPropertyName("ExitCode")]
    public long ExitCode { get; set; }

    [JsonPropertyName("Error")]
    public string Error { get; set; }

    [JsonPropertyName("StartedAt")]
    public string StartedAt { get; set; }

    [JsonPropertyName("FinishedAt")]
    public string FinishedAt { get; set; }
}

public class NetworkSettings
{
    [JsonPropertyName("SandboxID")]
    public string SandboxID { get; set; }

    [JsonPropertyName("Ports")]
    public IDictionary<string, IList<PortBinding>> Ports { get; set; }

    [JsonPropertyName("SandboxKey")]
    public string SandboxKey { get; set; }

    [JsonPropertyName("Gateway")]
    public string Gateway { get; set; }

    [JsonPropertyName("IPAddress")]
    public string IPAddress { get; set; }

    [JsonPropertyName("Networks")]
    public IDictionary<string, EndpointSettings> Networks { get; set; }
}
