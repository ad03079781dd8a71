using System.Text;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Simulation.Laws;

/// <summary>Everything that nodes said about each pod, in order: what is stored only goes forward along it.</summary>
internal sealed class ReportHistory
{
    private readonly Dictionary<string, List<string>> said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> applied = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Boot, long Seq)> newest = new(StringComparer.Ordinal);

    public (string Boot, long Seq)? NewestOf(string nodeUid) => newest.TryGetValue(nodeUid, out var seq) ? seq : null;

    public void Add(NodeStatusDocument document)
    {
        newest[document.NodeUid] = (document.BootId, document.Seq);
        foreach (var pod in document.Pods)
        {
            if (!said.TryGetValue(pod.Uid, out var list))
                said[pod.Uid] = list = [];
            string print = Print(pod.Status);
            if (list.Count == 0 || list[^1] != print)
                list.Add(print);
        }
    }

    public string? LastOf(string podUid) => said.TryGetValue(podUid, out var list) ? list[^1] : null;

    public void CheckApplied(CommittedChange change, Pod before, Pod after)
    {
        string uid = after.Metadata.Uid!, print = Print(after.Status);
        if (print == Print(before.Status) || !said.TryGetValue(uid, out var list))
            return;
        int last = applied.GetValueOrDefault(uid);
        int now = list.FindIndex(last, p => p == print);
        if (now >= 0)
            applied[uid] = now;
        else if (list.Contains(print))
            throw new LawBrokenException($"statuses never go back: {change.Key} at {change.Revision} is what its node said before what was applied already: {list.FindIndex(p => p == print)} after {last} of\n{string.Join('\n', list.Select((p, i) => $"{i} {p}"))}");
    }

    public static string Print(PodStatus? status) => status is null ? "" : $"{status.Phase} {Encoding.UTF8.GetString(KubeJson.Write(status.ContainerStatuses ?? []))}";
}
