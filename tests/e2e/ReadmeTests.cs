using System.Text;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>The walk of the README, as it stands there, on a machine of its own.</summary>
[Collection(Alone.Name)]
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_walk_of_the_readme_works_as_it_stands()
    {
        var machine = new Machine("readme");
        string local = $"{machine.Directory}/l";
        machine.Environment["CLOUDORCH_LOCAL"] = local;
        machine.Environment["CLOUDORCH_ENGINE"] = "own";
        machine.Environment["CLOUDORCH_NODE"] = "walker";
        machine.Environment["CLOUDORCH_BUILD"] = "skip";
        machine.Environment["CLOUDORCH_CONFIGURATION"] = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        machine.Environment["HOME"] = machine.Directory;
        if (await machine.WasLeftAsync())
            await machine.RunAsync("./infra/down", "--purge");
        await machine.CreateAsync();
        try
        {
            string id = (await machine.RunAsync("bash", "-c", "source infra/lib/common.sh; instance_id")).Succeeded().Out.Trim();
            machine.Environment["DOCKER_HOST"] = $"unix:///run/cloudorch-{id}/docker.sock";
            var walk = new StringBuilder("set -euo pipefail\nset -x\n").Append(Walk());
            // The one thing that differs from what a reader does: where the state lives.
            walk.Replace("$PWD/.local/", $"{local}/");
            var output = await machine.RunAsync(TimeSpan.FromMinutes(8), walk.ToString(), "bash", "-s");
            Assert.True(output.Code == 0, output.ToString());
            Assert.Contains("deployment \"web\" successfully rolled out", output.Out, StringComparison.Ordinal);
            Assert.Contains("serving as web-", output.Out, StringComparison.Ordinal);
            Assert.Contains("REVISION", output.Out, StringComparison.Ordinal);
            Assert.Contains("deployment.apps \"web\" deleted", output.Out, StringComparison.Ordinal);
        }
        finally
        {
            (await machine.RunAsync("./infra/down", "--purge")).Succeeded();
            await machine.RemoveAsync();
        }
    }

    /// <summary>Every block of commands below «Ten minutes».</summary>
    private static string Walk()
    {
        string text = File.ReadAllText(Checkout.At("README.md"));
        text = text[text.IndexOf("## Ten minutes", StringComparison.Ordinal)..];
        text = text[..text.IndexOf("\n## ", 5, StringComparison.Ordinal)];
        var commands = new StringBuilder();
        foreach (string block in text.Split("```sh\n").Skip(1))
            commands.Append(block.AsSpan(0, block.IndexOf("```", StringComparison.Ordinal)));
        return commands.ToString();
    }
}
