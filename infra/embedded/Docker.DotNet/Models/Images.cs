using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class ImagesListParameters
{
    public bool? All { get; set; }

    public IDictionary<string, IDictionary<string, bool>> Filters { get; set; }
}

public class ImagesListResponse
{
    [JsonPropertyName("Containers")]
    public long Containers { get; set; }

    [JsonPropertyName("Created")]
    public DateTime Created { get; set; }

    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("Labels")]
    public IDictionary<string, string> Labels { get; set; }

    [JsonPropertyName("ParentId")]
    public string ParentID { get; set; }

    [JsonPropertyName("RepoDigests")]
    public IList<string> RepoDigests { get; set; }

    [JsonPropertyName("RepoTags")]
    public IList<string> RepoTags { get; set; }

    [JsonPropertyName("SharedSize")]
    public long SharedSize { get; set; }

    [JsonPropertyName("Size")]
    public long Size { get; set; }
}

public class ImageInspectResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; }

    [JsonPropertyName("RepoTags")]
    public IList<string> RepoTags { get; set; }

    [JsonPropertyName("RepoDigests")]
    public IList<string> RepoDigests { get; set; }

    [JsonPropertyName("Created")]
    public DateTime Created { get; set; }

    [JsonPropertyName("Config")]
    public Config Config { get; set; }

    [JsonPropertyName("Architecture")]
    public string Architecture { get; set; }

    [JsonPropertyName("Os")]
    public string Os { get; set; }

    [JsonPropertyName("Size")]
    public long Size { get; set; }
}

public class ImagesCreateParameters
{
    public string FromImage { get; set; }

    public string FromSrc { get; set; }

    public string Repo { get; set; }

    public string Tag { get; set; }

    public string Message { get; set; }

    public IList<string> Changes { get; set; }

    public string Platform { get; set; }
}

public class ImageTagParameters
{
    public string RepositoryName { get; set; }

    public string Tag { get; set; }

    public bool? Force { get; set; }
}

public class ImageDeleteParameters
{
    public bool? Force { get; set; }

    public bool? NoPrune { get; set; }
}

public class ImageLoadParameters
{
    public bool Quiet { get; set; }
}

public class AuthConfig
{
    [JsonPropertyName("username")]
    public string Username { get; set; }

    [JsonPropertyName("password")]
    public string Password { get; set; }

    [JsonPropertyName("auth")]
    public string Auth { get; set; }

    [JsonPropertyName("email")]
    public string Email { get; set; }

    [JsonPropertyName("serveraddress")]
    public string ServerAddress { get; set; }

    [JsonPropertyName("identitytoken")]
    public string IdentityToken { get; set; }

    [JsonPropertyName("registrytoken")]
    public string RegistryToken { get; set; }
}

public class JSONMessage
{
    [JsonPropertyName("stream")]
    public string Stream { get; set; }

    [JsonPropertyName("status")]
    public string Status { get; set; }

    [JsonPropertyName("progressDetail")]
    public JSONProgress Progress { get; set; }

    [JsonPropertyName("progress")]
    public string ProgressMessage { get; set; }

    [JsonPropertyName("id")]
    public string ID { get; set; }

    [JsonPropertyName("from")]
    public string From { get; set; }

    [JsonPropertyName("errorDetail")]
    public JSONError Error { get; set; }

    [JsonPropertyName("error")]
    public string ErrorMessage { get; set; }
}

public class JSONProgress
{
    [JsonPropertyName("current")]
    public long Current { get; set; }

    [JsonPropertyName("total")]
    public long Total { get; set; }
}

public class JSONError
{
    [JsonPropertyName("code")]
    public long Code { get; set; }

    [JsonPropertyName("message")]
    public string Message { get; set; }
}
