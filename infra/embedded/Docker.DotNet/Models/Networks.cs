using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class NetworksListParameters
{
    public IDictionary<string, IDictionary<string, bool>> Filters { get; set; }
}

public class NetworksCreateParameters
{
    [JsonPropertyName("CheckDuplicate")]
    public bool CheckDuplicate { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("Scope")]
    public string Scope { get; set; }

    [JsonPropertyName("EnableIPv6")]
    public bool EnableIPv6 { get; set; }

    [JsonPropertyName("IPAM")]
    public IPAM IPAM { get; set; }

    [JsonPropertyName("Internal")]
    public bool Internal { get; set; }

    [JsonPropertyName("Attachable")]
    public bool Attachable { get; set; }

    [JsonPropertyName("Options")]
    public IDictionary<string, string> Options { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }

    [JsonPropertyName("Name")]
    public string Name { get; set; }
}

public class NetworksCreateResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("Warning")]
    public string Warning { get; set; }
}

public class NetworkResponse
{
    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("Created")]
    public DateTime Created { get; set; }

    [JsonPropertyName("Scope")]
    public string Scope { get; set; }

    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("EnableIPv6")]
    public bool EnableIPv6 { get; set; }

    [JsonPropertyName("IPAM")]
    public IPAM IPAM { get; set; }

    [JsonPropertyName("Internal")]
    public bool Internal { get; set; }

    [JsonPropertyName("Attachable")]
    public bool Attachable { get; set; }

    [JsonPropertyName("Containers")]
    public IDictionary<string, EndpointResource> Containers { get; set; }

    [JsonPropertyName("Options")]
    public IDictionary<string, string> Options { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }
}

public class EndpointResource
{
    [JsonPropertyName("Name")]
    public string Name { get; set; }

    [JsonPropertyName("EndpointID")]
    public string EndpointID { get; set; }

    [JsonPropertyName("MacAddress")]
    public string MacAddress { get; set; }

    [JsonPropertyName("IPv4Address")]
    public string IPv4Address { get; set; }

    [JsonPropertyName("IPv6Address")]
    public string IPv6Address { get; set; }
}

public class IPAM
{
    [JsonPropertyName("Driver")]
    public string Driver { get; set; }

    [JsonPropertyName("Options")]
    public IDictionary<string, string> Options { get; set; }

    [JsonPropertyName("Config")]
    public IList<IPAMConfig> Config { get; set; }
}

public class IPAMConfig
{
    [JsonPropertyName("Subnet")]
    public string Subnet { get; set; }

    [JsonPropertyName("IPRange")]
    public string IPRange { get; set; }

    [JsonPropertyName("Gateway")]
    public string Gateway { get; set; }
}

public class EndpointSettings
{
    [JsonPropertyName("IPAMConfig")]
    public EndpointIPAMConfig IPAMConfig { get; set; }

    [JsonPropertyName("Aliases")]
    public IList<string> Aliases { get; set; }

    [JsonPropertyName("NetworkID")]
    public string NetworkID { get; set; }

    [JsonPropertyName("EndpointID")]
    public string EndpointID { get; set; }

    [JsonPropertyName("Gateway")]
    public string Gateway { get; set; }

    [JsonPropertyName("IPAddress")]
    public string IPAddress { get; set; }

    [JsonPropertyName("IPPrefixLen")]
    public long IPPrefixLen { get; set; }

    [JsonPropertyName("MacAddress")]
    public string MacAddress { get; set; }
}

public class EndpointIPAMConfig
{
    [JsonPropertyName("IPv4Address")]
    public string IPv4Address { get; set; }

    [JsonPropertyName("IPv6Address")]
    public string IPv6Address { get; set; }
}
