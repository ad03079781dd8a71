using System.Xml.Linq;

namespace CloudOrch.Architecture.Tests;

/// <summary>The checkout that the tests run from, as files.</summary>
internal static class Repository
{
    // What is not written by hand, or not committed.
    private static readonly string[] Skipped = ["bin", "obj", ".git", ".local", "node_modules", "TestResults"];

    public static string Root { get; } = Find();

    /// <summary>Files below a folder of the checkout whose names end so, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder, string ending)
    {
        var at = new DirectoryInfo(Path.Combine(Root, folder));
        if (!at.Exists)
            return [];
        return at.EnumerateFiles().Where(f => f.Name.EndsWith(ending, StringComparison.Ordinal)).Select(f => Path.GetRelativePath(Root, f.FullName))
            .Concat(at.EnumerateDirectories().Where(d => !Skipped.Contains(d.Name)).SelectMany(d => Files(Path.GetRelativePath(Root, d.FullName), ending)));
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Names of the projects and SDKs that a project file refers to.</summary>
    public static IReadOnlyList<string> References(string project)
    {
        var document = XDocument.Parse(Read(project));
        return
        [
            .. document.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/'))),
            .. document.Descendants("AzureSdkReference").Select(r => (string)r.Attribute("Include")!),
        ];
    }

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CloudOrch.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"no CloudOrch.sln above {AppContext.BaseDirectory}");
    }
}
