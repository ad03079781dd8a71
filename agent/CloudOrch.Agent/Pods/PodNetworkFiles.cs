using System.Net;
using System.Text;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Pods;

/// <summary>The text of a pod's <c>/etc/hosts</c> and <c>/etc/resolv.conf</c>, which the node manages as Kubernetes' kubelet does.</summary>
public static class PodNetworkFiles
{
    private const string Loopback = """
        # Managed by the node: what is written here is lost with the pod.
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::	ip6-localnet
        ff00::	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <param name="nodeHosts">The node's own file, for a pod that uses the node's network; else null.</param>
    /// <param name="address">The pod's; null while it has none.</param>
    public static string Hosts(AssignedPod pod, string? nodeHosts, string hostname, string? address)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var text = new StringBuilder(nodeHosts ?? Loopback);
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        if (nodeHosts is null && address is not null)
            text.Append(address).Append('\t').Append(hostname).Append('\n');
        foreach (var alias in pod.Spec.HostAliases ?? [])
            text.Append(alias.Ip).Append('\t').AppendJoin('\t', alias.Hostnames ?? []).Append('\n');
        return text.ToString();
    }

    /// <summary>The node's own resolver; behind a resolver that only answers on the node itself, the one which that asks.</summary>
    /// <param name="node">The node's <c>/etc/resolv.conf</c>.</param>
    /// <param name="upstream">What systemd-resolved asks (<c>/run/systemd/resolve/resolv.conf</c>); null where there is none.</param>
    public static string Resolver(string node, string? upstream)
    {
        ArgumentNullException.ThrowIfNull(node);
        bool onlyHere = Servers(node).All(s => IPAddress.TryParse(s, out var address) && IPAddress.IsLoopback(address));
        return onlyHere && upstream is not null ? upstream : node;
    }

    private static IEnumerable<string> Servers(string file) => file.Split('\n')
        .Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words is ["nameserver", _, ..])
        .Select(words => words[1]);
}
