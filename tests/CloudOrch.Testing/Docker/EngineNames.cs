using System.Security.Cryptography;
using System.Text;

namespace CloudOrch.Testing.Docker;

/// <summary>
/// What a private engine calls its things on the machine, derived from the checkout and a purpose: two checkouts never meet, and a run
/// that was killed is cleaned up by the next one of the same purpose.
/// </summary>
public sealed record EngineNames
{
    private EngineNames(string id, byte high, byte low)
    {
        Id = id;
        Directory = $"/tmp/cloudorch-{id}";
        OuterAddress = $"10.{64 + (high % 64)}.{low}.1";
        HostAddress = $"10.{64 + (high % 64)}.{low}.2";
        DefaultBridge = $"10.{128 + (high % 64)}.{low}.1/26";
        AddressPool = $"10.{128 + (high % 64)}.{low}.128/25";
        PodCidr = $"10.{192 + (high % 64)}.{low}.0/25";
        SecondPodCidr = $"10.{192 + (high % 64)}.{low}.128/25";
    }

    public string Id { get; }

    public string Directory { get; }

    public string Socket => $"{Directory}/d.sock";

    public string PidFile => $"{Directory}/d.pid";

    public string NetworkNamespace => $"co-{Id}";

    /// <summary>The outer end of the cable into the engine's network namespace; at most 15 characters.</summary>
    public string OuterLink => $"co{Id}";

    public string ControlGroup => $"cloudorch-{Id}";

    public string OuterAddress { get; }

    /// <summary>Where ports that the engine publishes answer.</summary>
    public string HostAddress { get; }

    public string DefaultBridge { get; }

    public string AddressPool { get; }

    /// <summary>A network that no other engine of a test uses, and that is routed here.</summary>
    public string PodCidr { get; }

    /// <summary>Another one, for a second agent on the engine.</summary>
    public string SecondPodCidr { get; }

    public static EngineNames Of(string purpose)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{AppContext.BaseDirectory}\n{purpose}"));
        return new EngineNames(Convert.ToHexStringLower(hash.AsSpan(0, 4)), hash[4], hash[5]);
    }
}
