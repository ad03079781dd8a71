using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

/// <summary>Of a swarm service, which nobody here makes. It is here because its name is that of a type of the agent's, as with the official package.</summary>
public class ContainerSpec
{
    [JsonPropertyName("Image")]
    public string Image { get; set; }
}
