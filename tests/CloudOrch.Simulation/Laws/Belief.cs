using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Laws;

/// <summary>What a process takes for the cluster, once it has caught up, is the cluster - also when the log was cut off meanwhile.</summary>
internal static class Belief
{
    public static void Check(SimWorld world, int process)
    {
        var model = world.Laws.Model;
        var begin = model.Revision;
        try
        {
            var snapshot = SimWorld.Await(world.Process(process).SnapshotAsync(world.Cluster));
            if (snapshot.Revision < begin)
                throw new LawBrokenException($"who has caught up holds every commit from before: {world.Process(process).Name} is at {snapshot.Revision}, the cluster was at {begin}");
            if (snapshot.Revision != model.Revision)
                return;
            var believed = snapshot.Types.SelectMany(t => snapshot.Entries(t)).ToDictionary(e => e.Key, e => e.Revision.ToString());
            if (believed.Count != model.All.Count || model.All.Any(o => believed.GetValueOrDefault(o.Key) != o.Value.Metadata.ResourceVersion))
                throw new LawBrokenException($"who has caught up knows what is stored: {world.Process(process).Name} at {snapshot.Revision} has {believed.Count} objects, stored are {model.All.Count}");
        }
        catch (Exception e) when (e is StoreUnavailableException or ProcessDiedException or ClusterGoneException)
        {
            // It knows that it does not know.
        }
    }
}
