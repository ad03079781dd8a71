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
        long[] sums = new long[names.Count];
        foreach (var container in spec.Containers.AsSpan())
            Sum(container.Resources, ref sums, add: true);
        foreach (var container in (spec.InitContainers ?? []).AsSpan())
            Sum(container.Resources, ref sums, add: false);
        sums[Pods] = 1;
        var requests = new List<ResourceAmount>(sums.Length);
        for (int resource = 0; resource < sums.Length; resource++)
        {
            if (sums[resource] > 0)
                requests.Add(new(resource, sums[resource]));
        }
        return requests.ToValueList();
    }

    /// <param name="add">Whether the container runs beside the others; if not, the larger amount holds.</param>
    private void Sum(ResourceRequirements? resources, ref long[] sums, bool add)
    {
        foreach (var (name, quantity) in (resources?.Requests ?? ValueMap<Quantity>.Empty).AsSpan())
            Sum(name, quantity, ref sums, add);
        foreach (var (name, quantity) in (resources?.Limits ?? ValueMap<Quantity>.Empty).AsSpan())
        {
            if (resources!.Requests?.ContainsKey(name) != true)
                Sum(name, quantity, ref sums, add);
        }
    }

    private void Sum(string name, Quantity quantity, ref long[] sums, bool add)
    {
        int resource = NumberOf(name);
        if (resource >= sums.Length)
            Array.Resize(ref sums, names.Count);
        long amount = AmountOf(resource, quantity);
        sums[resource] = add ? sums[resource] + amount : Math.Max(sums[resource], amount);
    }
}
