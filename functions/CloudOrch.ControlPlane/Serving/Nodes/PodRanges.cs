using System.Net;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>Cuts a cluster's pod range into the nodes' ranges.</summary>
public static class PodRanges
{
    /// <summary>The first range that nobody has; null when all are taken.</summary>
    /// <param name="cluster">Such as 10.64.0.0/10.</param>
    /// <param name="size">Prefix length of one node's range.</param>
    public static string? Next(string cluster, int size, IEnumerable<string> taken)
    {
        var range = IPNetwork.Parse(cluster);
        uint start = ToNumber(range.BaseAddress);
        long count = 1L << (size - range.PrefixLength);
        uint step = 1u << (32 - size);
        var used = taken.Where(t => IPNetwork.TryParse(t, out _)).Select(t => IPNetwork.Parse(t)).ToList();
        var bases = used.Where(n => n.PrefixLength == size).Select(n => ToNumber(n.BaseAddress)).ToHashSet();
        var others = used.Where(n => n.PrefixLength != size).ToList();
        for (long i = 0; i < count; i++)
        {
            uint address = start + (uint)i * step;
            var candidate = new IPNetwork(ToAddress(address), size);
            if (!bases.Contains(address) && !others.Any(o => o.Contains(candidate.BaseAddress) || candidate.Contains(o.BaseAddress)))
                return candidate.ToString();
        }
        return null;
    }

    private static uint ToNumber(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress ToAddress(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new(bytes);
    }
}
