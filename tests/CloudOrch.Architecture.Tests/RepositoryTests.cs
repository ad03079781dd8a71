using System.Text.RegularExpressions;

namespace CloudOrch.Architecture.Tests;

/// <summary>What holds for the files of the checkout.</summary>
public sealed partial class RepositoryTests
{
    private static readonly string[] Folders = ["domain", "functions", "agent", "infra", "tests", "docs"];

    /// <summary>Rule of the documents: a law that no test holds is not written down.</summary>
    [Fact]
    public void Every_law_names_a_test_that_exists()
    {
        var tests = new HashSet<string>(TestNames());
        var laws = LawLine().Matches(Repository.Read("docs/laws.md"));
        Assert.NotEmpty(laws);
        Assert.Distinct(laws.Select(l => l.Groups["law"].Value));
        var missing = laws.SelectMany(l => TestReference().Matches(l.Value).Select(t => (Law: l.Groups["law"].Value, Test: t.Groups["test"].Value)))
            .Where(r => !tests.Contains(r.Test)).Select(r => $"{r.Law}: {r.Test}");
        Assert.Empty(missing);
        Assert.All(laws, l => Assert.True(TestReference().IsMatch(l.Value), $"{l.Groups["law"].Value} names no test"));
    }

    [Fact]
    public void Every_law_names_types_that_exist()
    {
        var laws = LawLine().Matches(Repository.Read("docs/laws.md"));
        string all = string.Join('\n', Folders.SelectMany(f => Repository.Files(f, ".cs")).Select(f => Path.GetFileNameWithoutExtension(f).Split('.')[0]).Distinct());
        var files = new HashSet<string>(all.Split('\n'));
        var missing = laws.Where(l => !l.Groups["owner"].Value.Split(',', StringSplitOptions.TrimEntries).All(o => files.Contains(o.Trim('`'))))
            .Select(l => $"{l.Groups["law"].Value}: {l.Groups["owner"].Value}");
        Assert.Empty(missing);
    }

    [Fact]
    public void Links_between_the_documents_lead_somewhere()
    {
        var documents = Repository.Files("docs", ".md").Concat(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]);
        var broken = documents.SelectMany(d => Link().Matches(Repository.Read(d)).Select(m => (Document: d, Target: m.Groups["target"].Value)))
            .Where(l => !l.Target.Contains("://", StringComparison.Ordinal) && !l.Target.StartsWith('#'))
            .Where(l => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(l.Document)!, l.Target.Split('#')[0])))
            .Select(l => $"{l.Document}: {l.Target}");
        Assert.Empty(broken);
    }

    [Fact]
    public void No_source_file_has_an_open_end()
    {
        var open = Folders.Where(f => f != "docs").SelectMany(f => Repository.Files(f, ".cs"))
            .Where(f => !f.EndsWith("RepositoryTests.cs", StringComparison.Ordinal))
            .Where(f => OpenEnd().IsMatch(Repository.Read(f)));
        Assert.Empty(open);
    }

    /// <summary>Whoever clones this builds with whatever feeds his machine has.</summary>
    [Fact]
    public void No_lock_file_names_the_host_of_a_registry()
    {
        var named = Repository.Files("infra", "package-lock.json").Where(f => Repository.Read(f).Contains("\"resolved\"", StringComparison.Ordinal));
        Assert.Empty(named);
        Assert.Empty(Repository.Files(".", "nuget.config").Concat(Repository.Files(".", "NuGet.Config")));
    }

    // | L1 | what always holds | `Owner` | `Some_test_name` |
    [GeneratedRegex(@"^\|\s*(?<law>L\d+)\s*\|[^|]*\|(?<owner>[^|]*)\|(?<tests>.*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex LawLine();

    // A name with an underscore in back-ticks is a test's.
    [GeneratedRegex(@"`(?<test>\w+_\w+)`")]
    private static partial Regex TestReference();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|NotImplementedException")]
    private static partial Regex OpenEnd();

    [GeneratedRegex(@"\[(?:Fact|Theory)(?:\([^\]]*\))?\](?:\s*\[[^\n]*\])*\s*public\s+(?:async\s+|static\s+|override\s+|virtual\s+)*[\w<>.?]+\s+(?<name>\w+)\s*\(")]
    private static partial Regex TestMethod();

    private static IEnumerable<string> TestNames() =>
        Repository.Files("tests", ".cs").SelectMany(f => TestMethod().Matches(Repository.Read(f)).Select(m => m.Groups["name"].Value));
}
