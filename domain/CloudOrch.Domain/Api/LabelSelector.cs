using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api;

/// <summary>Which labels objects have to have, all of what is said here: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors</summary>
/// <remarks>An empty selector matches everything; a null one nothing.</remarks>
[Atomic]
public sealed record LabelSelector : ApiType
{
    /// <summary>Labels that must be there with exactly these values.</summary>
    public ValueMap<string>? MatchLabels { get; init; }
    /// <summary>Conditions on labels.</summary>
    public ValueList<LabelSelectorRequirement>? MatchExpressions { get; init; }

    public bool Matches(ValueMap<string>? labels)
    {
        labels ??= ValueMap<string>.Empty;
        foreach (var (key, value) in (MatchLabels ?? ValueMap<string>.Empty).AsSpan())
        {
            if (!labels.TryGetValue(key, out var actual) || actual != value)
                return false;
        }
        return MatchExpressions is null || MatchExpressions.All(e => e.Matches(labels));
    }
}

/// <summary><c>Operator</c> is In, NotIn, Exists or DoesNotExist.</summary>
public sealed record LabelSelectorRequirement : ApiType
{
    /// <summary>The label that the condition is about.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Required] public string Operator { get; init; } = "";
    /// <summary>What In and NotIn compare with; empty for the others.</summary>
    public ValueList<string>? Values { get; init; }

    public bool Matches(ValueMap<string> labels) => Operator switch
    {
        "In" => labels.TryGetValue(Key, out var value) && Values is not null && Values.Contains(value),
        "NotIn" => !labels.TryGetValue(Key, out var value) || Values is null || !Values.Contains(value),
        "Exists" => labels.ContainsKey(Key),
        "DoesNotExist" => !labels.ContainsKey(Key),
        _ => false,
    };
}
