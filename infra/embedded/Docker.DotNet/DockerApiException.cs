using System.Net;

namespace Docker.DotNet;

/// <summary>The engine answered with a status outside 200-399; <see cref="ResponseBody"/> is its own JSON, <c>{"message": …}</c>.</summary>
public class DockerApiException : Exception
{
    public DockerApiException(HttpStatusCode statusCode, string responseBody)
        : base($"Docker API responded with status code={statusCode}, response={responseBody}")
    {
        StatusCode = statusCode;
        ResponseBody = responseBody;
    }

    public HttpStatusCode StatusCode { get; private set; }

    public string ResponseBody { get; private set; }
}

public class DockerContainerNotFoundException : DockerApiException
{
    public DockerContainerNotFoundException(HttpStatusCode statusCode, string body)
        : base(statusCode, body)
    {
    }
}

public class DockerImageNotFoundException : DockerApiException
{
    public DockerImageNotFoundException(HttpStatusCode statusCode, string body)
        : base(statusCode, body)
    {
    }
}

public class DockerNetworkNotFoundException : DockerApiException
{
    public DockerNetworkNotFoundException(HttpStatusCode statusCode, string body)
        : base(statusCode, body)
    {
    }
}
