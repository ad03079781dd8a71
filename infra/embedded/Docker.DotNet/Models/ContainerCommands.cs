using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class ContainerLogsParameters
{
    public bool? ShowStdout { get; set; }

    public bool? ShowStderr { get; set; }

    public string Since { get; set; }

    public string Until { get; set; }

    public bool? Timestamps { get; set; }

    public bool? Follow { get; set; }

    public string Tail { get; set; }
}

public class ContainerStartParameters
{
    public string DetachKeys { get; set; }
}

public class ContainerStopParameters
{
    public uint? WaitBeforeKillSeconds { get; set; }
}

public class ContainerKillParameters
{
    public string Signal { get; set; }
}

public class ContainerRemoveParameters
{
    public bool? RemoveVolumes { get; set; }

    public bool? RemoveLinks { get; set; }

    public bool? Force { get; set; }
}

public class ContainerWaitResponse
{
    [JsonPropertyName("Error")]
    public ContainerWaitOKBodyError Error { get; set; }

    [JsonPropertyName("StatusCode")]
    public long StatusCode { get; set; }
}

public class ContainerWaitOKBodyError
{
    [JsonPropertyName("Message")]
    public string Message { get; set; }
}
