using System.Buffers.Binary;
using System.Net;

namespace CloudOrch.Agent.Docker;

/// <summary>Who has which address of the node's pod range.</summary>
/// <remarks>An address that was freed is taken again as late as possible: somebody may still be talking to who had it.</remarks>
public sealed class PodAddresses(IPNetwork range, TimeProvider clock)
{
    /// <summary>A container that was asked for is in no listing at first.</summary>
    private static readonly TimeSpan InTheMaking = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (uint Address, long At)> _taken = new(StringComparer.Ordinal);
    private uint _last = Number(range.BaseAddress) + 1;

    public IPNetwork Range => range;

    /// <summary>The first address of the range: the bridge's own.</summary>
    public IPAddress Gateway => Address(Number(range.BaseAddress) + 1);

    /// <summary>An address for this container, the same one if it has one; null when all are taken.</summary>
    public IPAddress? Reserve(string container)
    {
        lock (_gate)
        {
            if (_taken.TryGetValue(container, out var had))
                return Address(had.Address);
            uint first = Number(range.BaseAddress) + 2, end = Number(range.BaseAddress) + (uint)(1UL << (32 - range.PrefixLength)) - 1;
            var used = _taken.Values.Select(t => t.Address).ToHashSet();
            for (uint tried = 0; tried < end - first; tried++)
            {
                _last = _last + 1 >= end ? first : Math.Max(first, _last + 1);
                if (used.Contains(_last))
                    continue;
                _taken[container] = (_last, clock.GetTimestamp());
                return Address(_last);
            }

            return null;
        }
    }

    public void Free(string container)
    {
        lock (_gate)
            _taken.Remove(container);
    }

    /// <summary>These containers exist, with these addresses; what no other container has had for a minute is free.</summary>
    public void Learn(IReadOnlyCollection<KeyValuePair<string, IPAddress>> containers)
    {
        lock (_gate)
        {
            var there = containers.Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
            foreach (string gone in _taken.Where(t => !there.Contains(t.Key) && clock.GetElapsedTime(t.Value.At) > InTheMaking).Select(t => t.Key).ToList())
                _taken.Remove(gone);
            foreach (var (container, address) in containers)
                _taken[container] = (Number(address), clock.GetTimestamp());
        }
    }

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Address(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
