using System.Buffers.Text;
using System.Security.Cryptography;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.Azure.Identity;

/// <summary>Identities from the operating system's random generator.</summary>
public sealed class RandomIdentityGenerator : IIdentityGenerator
{
    // No vowels and no look-alikes: a suffix is no word and can be read out (k8s.io/apimachinery/pkg/util/rand).
    private const string SafeLetters = "bcdfghjklmnpqrstvwxz2456789";

    public string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);   // version 4, variant 1 (RFC 9562)
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    public string NewSuffix(int length = 5) => RandomNumberGenerator.GetString(SafeLetters, length);

    public string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
