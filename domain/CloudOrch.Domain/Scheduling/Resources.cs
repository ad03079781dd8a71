using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Scheduling;

/// <summary>An amount of the resource with this number: thousandths of a core for cpu, else whole units.</summary>
public readonly record struct ResourceAmount(int Resource, long Amount);

/// <summary>Numbers for resource names, so that amounts are array slots. The first four are fixed, extended ones follow as they are met.</summary>
public sealed class ResourceNames
{
    public const int Cpu = 0;
    public const int Memory = 1;
    public const int EphemeralStorage = 2;
    public const int Pods = 3;

    private readonly List<string> names = ["cpu", "memory", "ephemeral-storage", "pods"];
    private readonly List<string> shortages = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal)
    {
        ["cpu"] = Cpu, ["memory"] = Memory, ["ephemeral-storage"] = EphemeralStorage, ["pods"] = Pods,
    };

    public int Count => names.Count;

    public string NameOf(int resource) => names[resource];

    /// <summary>Kubernetes' words for «a node has too little of this».</summary>
    public string ShortageOf(int resource)
    {
        while (shortages.Count <= resource)
            shortages.Add(shortages.Count == Pods ? "Too many pods" : $"Insufficient {names[shortages.Count]}");
        return shortages[resource];
    }

    public int NumberOf(string name)
    {
        if (!numbers.TryGetValue(name, out int number))
        {
            number = names.Count;
            names.Add(name);
            numbers.Add(name, number);
        }
        return number;
    }

    public static long AmountOf(int resource, Quantity quantity) => resource == Cpu ? quantity.Milli : quantity.Units;

    /// <summary>What a pod asks for: the sum of its containers, or one init container's request where that is more; and one pod.</summary>
    /// <remarks>A limit without a request counts as the request, as Kubernetes' defaulting has it.</remarks>
    public ValueList<ResourceAmount> RequestsOf(PodSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var sums = new long[names.Count];
        foreach (var container in spec.Containers)
            Visit(container, (resource, amount) => Grow(ref sums, resource)[resource] += amount);
        foreach (var container in spec.InitContainers ?? [])
            Visit(container, (resource, amount) => Grow(ref sums, resource)[resource] = Math.Max(sums[resource], amount));
        sums[Pods] = 1;
        return Enumerable.Range(0, sums.Length).Where(r => sums[r] > 0).Select(r => new ResourceAmount(r, sums[r])).ToValueList();
    }

    private void Visit(Container container, Action<int, long> visit)
    {
        if (container.Resources is not { } resources)
            return;
        foreach (var (name, quantity) in resources.Requests ?? ValueMap<Quantity>.Empty)
            visit(NumberOf(name), AmountOf(NumberOf(name), quantity));
        foreach (var (name, quantity) in resources.Limits ?? ValueMap<Quantity>.Empty)
        {
            if (resources.Requests?.ContainsKey(name) != true)
                visit(NumberOf(name), AmountOf(NumberOf(name), quantity));
        }
    }

    private static long[] Grow(ref long[] amounts, int resource)
    {
        if (resource >= amounts.Length)
            Array.Resize(ref amounts, resource + 1);
        return amounts;
    }
}
