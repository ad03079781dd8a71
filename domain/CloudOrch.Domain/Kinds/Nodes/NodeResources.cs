using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>Which amounts a node can have: a machine that claims more than any has would draw every pod to itself.</summary>
public static class NodeResources
{
    private const int MostResources = 64;
    private const long MostCores = 100_000;
    private const long MostPods = 100_000;

    /// <summary>1 EiB: bytes of memory and disk, and whatever else is counted.</summary>
    private const long MostUnits = 1L << 60;

    public static IEnumerable<FieldError> Check(NodeStatus? status) => [.. Check("status.capacity", status?.Capacity), .. Check("status.allocatable", status?.Allocatable)];

    private static IEnumerable<FieldError> Check(string field, ValueMap<Quantity>? amounts)
    {
        if (amounts?.Count > MostResources)
            yield return Refuse.Invalid(field, amounts.Count, $"may not have more than {MostResources} resources");
        foreach (var (name, amount) in amounts ?? ValueMap<Quantity>.Empty)
        {
            long most = name switch { "cpu" => MostCores, "pods" => MostPods, _ => MostUnits };
            if (amount.IsNegative)
                yield return Refuse.Invalid($"{field}[{name}]", amount.ToString(), "must be greater than or equal to 0");
            else if (amount > Quantity.OfUnits(most))
                yield return Refuse.Invalid($"{field}[{name}]", amount.ToString(), $"no machine has more than {most}");
        }
    }
}
