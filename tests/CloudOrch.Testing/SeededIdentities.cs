using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.Testing;

/// <summary>Identities that are the same in every run of a seed, and different from those of any other seed.</summary>
public sealed class SeededIdentities(int seed) : IIdentityGenerator
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private int _next;

    public string NewUid() => new Guid(Bytes()[..16]).ToString();

    public string NewSuffix(int length = 5) => string.Concat(Bytes()[..length].Select(b => Alphabet[b % Alphabet.Length]));

    public string NewSecret() => Convert.ToHexStringLower(Bytes());

    private byte[] Bytes() =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{Interlocked.Increment(ref _next)}")));
}
