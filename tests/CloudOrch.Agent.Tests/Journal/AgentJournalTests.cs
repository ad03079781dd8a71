using CloudOrch.Agent.Journal;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Tests.Journal;

public sealed class AgentJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-journal-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_was_written_is_read_by_the_next_start_and_by_its_owner_only()
    {
        string at = Path.Combine(_directory, "data");
        var journal = new AgentJournal(at);
        Assert.Null(journal.Identity);
        journal.Identity = new IdentityRecord { AgentId = "a1", SigningKey = "s" };
        journal.Assignment = new NodeAssignment { NodeName = "n1", Revision = 7 };
        journal.Report = new ReportRecord { BootId = "b", SeqReserved = 100 };

        var next = new AgentJournal(at);
        Assert.Equal("a1", next.Identity!.AgentId);
        Assert.Equal(("n1", 7), (next.Assignment!.NodeName, next.Assignment.Revision));
        Assert.Equal(100, next.Report!.SeqReserved);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(at, "identity.json")));
        Assert.Equal(["assignment.json", "identity.json", "report.json"], Directory.GetFiles(at).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_that_is_not_the_journals_is_named()
    {
        var journal = new AgentJournal(_directory);
        File.WriteAllText(Path.Combine(_directory, "assignment.json"), "{");
        Assert.Contains("assignment.json", Assert.Throws<InvalidDataException>(() => journal.Assignment).Message, StringComparison.Ordinal);
    }
}
