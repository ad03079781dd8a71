using System.Net;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Nodes;

public sealed class NodeKind : KindDefinition<Node>
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public override ResourceType Type => ResourceTypes.Nodes;
    public override string Kind => "Node";
    public override string Singular => "node";
    public override IReadOnlyList<string> ShortNames => ["no"];
    public override bool Namespaced => false;
    public override IReadOnlyList<string> Subresources => ["status"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Node>("Status", "Whether the node is ready.", StatusOf),
        Print.Of<Node>("Roles", "Labels node-role.kubernetes.io/<role>.", Roles),
        Print.Age,
        Print.Of<Node>("Version", "The agent's version.", n => n.Status?.NodeInfo?.KubeletVersion ?? ""),
        Print.Of<Node>("Internal-IP", "Address inside the network.", n => Address(n, "InternalIP"), priority: 1),
        Print.Of<Node>("External-IP", "Address outside the network.", n => Address(n, "ExternalIP"), priority: 1),
        Print.Of<Node>("OS-Image", "Operating system.", n => OrUnknown(n.Status?.NodeInfo?.OsImage), priority: 1),
        Print.Of<Node>("Kernel-Version", "Kernel version.", n => OrUnknown(n.Status?.NodeInfo?.KernelVersion), priority: 1),
        Print.Of<Node>("Container-Runtime", "Container engine and version.", n => OrUnknown(n.Status?.NodeInfo?.ContainerRuntimeVersion), priority: 1),
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["spec.unschedulable"] = n => ((Node)n).Spec.Unschedulable == true ? "true" : "false",
    };

    protected override Node PrepareForUpdate(Node old, Node value) => value with { Status = old.Status };

    protected override Node PrepareForStatusUpdate(Node old, Node value) => old with { Status = value.Status };

    protected override IEnumerable<FieldError> Validate(Node value)
    {
        var taints = value.Spec.Taints ?? [];
        var seen = new HashSet<(string, string)>();
        for (int i = 0; i < taints.Count; i++)
        {
            string field = $"spec.taints[{i}]";
            foreach (string problem in Names.Qualified(taints[i].Key))
                yield return Refuse.Invalid($"{field}.key", taints[i].Key, problem);
            foreach (string problem in Names.LabelValue(taints[i].Value ?? ""))
                yield return Refuse.Invalid($"{field}.value", taints[i].Value, problem);
            if (taints[i].Effect.Length == 0)
                yield return Refuse.Required($"{field}.effect");
            else if (taints[i].Effect is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                yield return Refuse.NotSupported($"{field}.effect", taints[i].Effect, "NoSchedule", "PreferNoSchedule", "NoExecute");
            if (!seen.Add((taints[i].Key, taints[i].Effect)))
                yield return Refuse.Duplicate(field, taints[i].ToString()) is var e ? e with { Message = e.Message + ": taints must be unique by key and effect pair" } : e;
        }
        if (value.Spec.PodCidr is { Length: > 0 } cidr && !(IPNetwork.TryParse(cidr, out var range) && range.ToString() == cidr))
            yield return Refuse.Invalid("spec.podCIDR", cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        foreach (var error in NodeResources.Check(value.Status))
            yield return error;
    }

    protected override IEnumerable<FieldError> ValidateUpdate(Node old, Node value)
    {
        if (!string.IsNullOrEmpty(old.Spec.PodCidr) && value.Spec.PodCidr != old.Spec.PodCidr)
            yield return Refuse.Forbidden("spec.podCIDR", "node updates may not change podCIDR except from \"\" to valid");
        if (!string.IsNullOrEmpty(old.Spec.ProviderId) && value.Spec.ProviderId != old.Spec.ProviderId)
            yield return Refuse.Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
    }

    private static string StatusOf(Node node)
    {
        string ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status switch
        {
            "True" => "Ready",
            null => "Unknown",
            _ => "NotReady",
        };
        return node.Spec.Unschedulable == true ? $"{ready},SchedulingDisabled" : ready;
    }

    private static string Roles(Node node)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Metadata.Labels ?? ValueMap<string>.Empty)
        {
            if (key.StartsWith(RolePrefix, StringComparison.Ordinal) && key.Length > RolePrefix.Length)
                roles.Add(key[RolePrefix.Length..]);
            else if (key == "kubernetes.io/role" && value.Length > 0)
                roles.Add(value);
        }
        return roles.Count == 0 ? Print.None : string.Join(',', roles);
    }

    private static string Address(Node node, string type) =>
        Print.OrNone(node.Status?.Addresses?.FirstOrDefault(a => a.Type == type)?.Address);

    private static string OrUnknown(string? text) => string.IsNullOrEmpty(text) ? Print.Unknown : text;
}
