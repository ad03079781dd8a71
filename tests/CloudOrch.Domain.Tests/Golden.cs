using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudOrch.Domain.Tests;

/// <summary>Compares a document with the one that was reviewed: <c>Goldens/{name}.json</c> beside the tests.</summary>
/// <remarks>To rewrite one, delete it and run the test: it is written anew, and the test fails once so that the difference is looked at.</remarks>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void AssertJson(string name, ReadOnlyMemory<byte> actual, [CallerFilePath] string here = "")
    {
        string directory = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(directory, "CloudOrch.Domain.Tests.csproj")))
            directory = Path.GetDirectoryName(directory)!;
        string path = Path.Combine(directory, "Goldens", $"{name}.json");
        string text = JsonNode.Parse(actual.Span)!.ToJsonString(Indented) + "\n";
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            Assert.Fail($"{path} did not exist and was written: review it");
        }
        Assert.Equal(File.ReadAllText(path), text);
    }
}
