using System.Xml.Linq;

namespace CloudOrch.Architecture.Tests;

/// <summary>Which product project may refer to which: docs/architecture.md, «Projects».</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["CloudOrch.Domain"] = [],
        ["CloudOrch.ControlPlane"] = ["CloudOrch.Domain"],
        ["CloudOrch.Azure"] =
            ["CloudOrch.ControlPlane", "CloudOrch.Domain", "Azure.Data.Tables", "Azure.Messaging.ServiceBus", "Microsoft.Identity.Web"],
        ["CloudOrch.Functions"] =
        [
            "CloudOrch.Azure", "CloudOrch.ControlPlane", "CloudOrch.Domain", "Azure.Messaging.ServiceBus", "Microsoft.Identity.Web",
            "Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
            "Microsoft.Azure.Functions.Worker.Extensions.Timer", "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus",
        ],
        ["CloudOrch.Agent"] = ["CloudOrch.Domain", "Azure.Data.Tables", "Azure.Messaging.ServiceBus"],
        ["CloudOrch.Agent.Docker"] = ["CloudOrch.Agent", "CloudOrch.Domain", "Docker.DotNet"],
    };

    private static readonly string[] ProductFolders = ["domain", "functions", "agent"];

    public static TheoryData<string> ProductProjects =>
        [.. ProductFolders.SelectMany(f => Repository.Files(f, ".csproj"))];

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void A_product_project_refers_only_to_what_its_arrow_points_at(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out string[]? allowed), $"{project} is not on the list of product projects");
        Assert.Empty(Repository.References(project).Except(allowed));
    }

    [Fact]
    public void Every_project_of_the_design_exists() =>
        Assert.Equal(Allowed.Keys.Order(), ProductFolders.SelectMany(f => Repository.Files(f, ".csproj")).Select(p => Path.GetFileNameWithoutExtension(p)!).Order());

    [Fact]
    public void The_embedded_libraries_refer_to_no_product_project()
    {
        foreach (string project in Repository.Files("infra/embedded", ".csproj"))
            Assert.DoesNotContain(Repository.References(project), r => r.StartsWith("CloudOrch.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_local_stand_ins_refer_to_no_product_project()
    {
        foreach (string project in Repository.Files("infra/local", ".csproj"))
            Assert.DoesNotContain(Repository.References(project), r => Allowed.ContainsKey(r));
    }

    /// <summary>A switch that product code could see would let it behave differently with the official packages.</summary>
    [Fact]
    public void Product_code_does_not_know_which_SDK_it_was_built_with()
    {
        foreach (string file in ProductFolders.SelectMany(f => Repository.Files(f, ".cs")))
        {
            Assert.DoesNotContain(File.ReadLines(Path.Combine(Repository.Root, file)), line =>
                line.TrimStart().StartsWith("#if", StringComparison.Ordinal) && line.Contains("SDK", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void Every_embedded_library_has_its_official_version_pinned()
    {
        var pinned = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(p => (string)p.Attribute("Include")!);
        var embedded = Repository.Files("infra/embedded", ".csproj").Select(p => Path.GetFileNameWithoutExtension(p)!);
        Assert.Empty(embedded.Except(pinned));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = Repository.Read("CloudOrch.sln").Replace('\\', '/');
        string[] folders = [.. ProductFolders, "infra", "tests"];
        Assert.All(folders.SelectMany(f => Repository.Files(f, ".csproj")), project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }
}
