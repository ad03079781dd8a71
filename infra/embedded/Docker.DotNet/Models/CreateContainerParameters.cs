using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class CreateContainerParameters
{
    [JsonIgnore]
    public string Name { get; set; }

    [JsonIgnore]
    public string Platform { get; set; }

    [JsonPropertyName("Hostname")]
    public string Hostname { get; set; }

    [JsonPropertyName("Domainname")]
    public string Domainname { get; set; }

    [JsonPropertyName("User")]
    public string User { get; set; }

    [JsonPropertyName("AttachStdin")]
    public bool AttachStdin { get; set; }

    [JsonPropertyName("AttachStdout")]
    public bool AttachStdout { get; set; }

    [JsonPropertyName("AttachStderr")]
    public bool AttachStderr { get; set; }

    [JsonPropertyName("ExposedPorts")]
    public IDictionary<string, EmptyStruct> ExposedPorts { get; set; }

    [JsonPropertyName("Tty")]
    public bool Tty { get; set; }

    [JsonPropertyName("OpenStdin")]
    public bool OpenStdin { get; set; }

    [JsonPropertyName("StdinOnce")]
    public bool StdinOnce { get; set; }

    [JsonPropertyName("Env")]
    public IList<string> Env { get; set; }

    [JsonPropertyName("Cmd")]
    public IList<string> Cmd { get; set; }

    [JsonPropertyName("Image")]
    public string Image { get; set; }

    [JsonPropertyName("Volumes")]
    public IDictionary<string, EmptyStruct> Volumes { get; set; }

    [JsonPropertyName("WorkingDir")]
    public string WorkingDir { get; set; }

    [JsonPropertyName("Entrypoint")]
    public IList<string> Entrypoint { get; set; }

    [JsonPropertyName("NetworkDisabled")]
    public bool NetworkDisabled { get; set; }

    [JsonPropertyName("MacAddress")]
    public string MacAddress { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }

    [JsonPropertyName("StopSignal")]
    public string StopSignal { get; set; }

    [JsonPropertyName("StopTimeout")]
    public TimeSpan? StopTimeout { get; set; }

    [JsonPropertyName("HostConfig")]
    public HostConfig HostConfig { get; set; }

    [JsonPropertyName("NetworkingConfig")]
    public NetworkingConfig NetworkingConfig { get; set; }
}

public class CreateContainerResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("Warnings")]
    public IList<string> Warnings { get; set; }
}

public class NetworkingConfig
{
    [JsonPropertyName("EndpointsConfig")]
    public IDictionary<string, EndpointSettings> EndpointsConfig { get; set; }
}
