using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

public class ContainerExecCreateParameters
{
    [JsonPropertyName("User")]
    public string User { get; set; }

    [JsonPropertyName("Privileged")]
    public bool Privileged { get; set; }

    [JsonPropertyName("Tty")]
    public bool Tty { get; set; }

    [JsonPropertyName("AttachStdin")]
    public bool AttachStdin { get; set; }

    [JsonPropertyName("AttachStderr")]
    public bool AttachStderr { get; set; }

    [JsonPropertyName("AttachStdout")]
    public bool AttachStdout { get; set; }

    [JsonPropertyName("Detach")]
    public bool Detach { get; set; }

    [JsonPropertyName("DetachKeys")]
    public string DetachKeys { get; set; }

    [JsonPropertyName("Env")]
    public IList<string> Env { get; set; }

    [JsonPropertyName("WorkingDir")]
    public string WorkingDir { get; set; }

    [JsonPropertyName("Cmd")]
    public IList<string> Cmd { get; set; }
}

public class ContainerExecStartParameters
{
    [JsonPropertyName("User")]
    public string User { get; set; }

    [JsonPropertyName("Privileged")]
    public bool Privileged { get; set; }

    [JsonPropertyName("Tty")]
    public bool Tty { get; set; }

    [JsonPropertyName("AttachStdin")]
    public bool AttachStdin { get; set; }

    [JsonPropertyName("AttachStderr")]
    public bool AttachStderr { get; set; }

    [JsonPropertyName("AttachStdout")]
    public bool AttachStdout { get; set; }

    [JsonPropertyName("Detach")]
    public bool Detach { get; set; }

    [JsonPropertyName("DetachKeys")]
    public string DetachKeys { get; set; }

    [JsonPropertyName("Env")]
    public IList<string> Env { get; set; }

    [JsonPropertyName("WorkingDir")]
    public string WorkingDir { get; set; }

    [JsonPropertyName("Cmd")]
    public IList<string> Cmd { get; set; }
}

public class ContainerExecCreateResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; }
}

public class ContainerExecInspectResponse
{
    [JsonPropertyName("ID")]
    public string ExecID { get; set; }

    [JsonPropertyName("ContainerID")]
    public string ContainerID { get; set; }

    [JsonPropertyName("Running")]
    public bool Running { get; set; }

    [JsonPropertyName("ExitCode")]
    public long ExitCode { get; set; }

    [JsonPropertyName("Pid")]
    public long Pid { get; set; }
}
