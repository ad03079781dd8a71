using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>Runs a kind's rules over an object written as JSON and shows what they found as <c>field: message</c>.</summary>
internal static class Check
{
    public static IReadOnlyList<string> Problems(ResourceType type, string json)
    {
        var kind = KindRegistry.Find(type)!;
        return Show(kind.Validate(Default(kind, json)));
    }

    /// <summary>Of a change, each side created and defaulted first.</summary>
    public static IReadOnlyList<string> UpdateProblems(ResourceType type, string old, string value)
    {
        var kind = KindRegistry.Find(type)!;
        var before = kind.PrepareForCreate(Default(kind, old), A.Epoch);
        var after = kind.PrepareForUpdate(before, Default(kind, value));
        return Show(kind.ValidateUpdate(before, after));
    }

    /// <summary>The cells of an object that was created an hour ago, wide.</summary>
    public static string Row(ResourceType type, string json)
    {
        var kind = KindRegistry.Find(type)!;
        var value = kind.PrepareForCreate(Default(kind, json), A.Epoch);
        return string.Join('|', kind.Columns.Select(c => $"{c.Value(value, A.Epoch.AddHours(1))}"));
    }

    public static KubeObject Default(KindDefinition kind, string json) => kind.Default(kind.Read(Encoding.UTF8.GetBytes(json)));

    private static IReadOnlyList<string> Show(IEnumerable<FieldError> errors) => [.. errors.Select(e => $"{e.Field}: {e.Message}")];
}
