using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Journal;

/// <summary>Who this node is: made once, kept for ever. The keys never leave the node.</summary>
public sealed record IdentityRecord : ApiType
{
    public int V { get; init; } = 1;
    /// <summary>Written on every container; stays when the node is enrolled anew, so that what the old one left is found.</summary>
    public string AgentId { get; init; } = "";
    /// <summary>PKCS#8, base64.</summary>
    public string SigningKey { get; init; } = "";
    /// <summary>PKCS#8, base64.</summary>
    public string SealingKey { get; init; } = "";
    public EnrollResponse? Enrolment { get; init; }
}

/// <summary>What was last said, so that numbers go on rising and conditions keep their times over a restart.</summary>
public sealed record ReportRecord : ApiType
{
    public int V { get; init; } = 1;
    public string BootId { get; init; } = "";
    /// <summary>Every number up to this may have been used.</summary>
    public long SeqReserved { get; init; }
    public long HappeningsReserved { get; init; }
    public ValueList<PodReport> Pods { get; init; } = [];
}

/// <summary>What the agent must still know after it, or the machine, was started again; without network it works from this alone.</summary>
public sealed class AgentJournal
{
    private readonly string _directory;

    /// <summary>Hears of every file that could not be written, before the writer does.</summary>
    public Action<IOException>? WriteFailed { get; set; }

    public AgentJournal(string directory)
    {
        _directory = directory;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public IdentityRecord? Identity
    {
        get => Read<IdentityRecord>("identity.json");
        set => Write("identity.json", value);
    }

    public NodeAssignment? Assignment
    {
        get => Read<NodeAssignment>("assignment.json");
        set => Write("assignment.json", value);
    }

    public ReportRecord? Report
    {
        get => Read<ReportRecord>("report.json");
        set => Write("report.json", value);
    }

    /// <exception cref="InvalidDataException">The file is not what this agent writes; it names the file.</exception>
    private T? Read<T>(string name)
        where T : class
    {
        string path = Path.Combine(_directory, name);
        try
        {
            return AtomicFile.Read(path) is { } json ? KubeJson.Read<T>(json) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private void Write<T>(string name, T? value)
        where T : class
    {
        string path = Path.Combine(_directory, name);
        try
        {
            if (value is null)
                File.Delete(path);
            else
                AtomicFile.Write(path, KubeJson.Write(value));
        }
        catch (IOException e)
        {
            WriteFailed?.Invoke(e);
            throw;
        }
    }
}
