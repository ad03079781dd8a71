namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>How often a node renews its lease: clamp(nodes / 100, 1 s, 10 s), so that the table's load does not grow with the cluster.</summary>
public static class LeaseInterval
{
    public static int Milliseconds(int nodes) => Math.Clamp(nodes * 10, 1_000, 10_000);
}
