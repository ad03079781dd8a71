using System.Security.Cryptography;
using System.Text;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>A secret that tokens of service accounts are signed with; each cluster's are signed with a key derived from it.</summary>
public sealed class TokenKey
{
    private const int FewestBytes = 32;

    private readonly byte[] secret;

    private TokenKey(byte[] secret) => (this.secret, Id) = (secret, Convert.ToHexStringLower(SHA256.HashData(secret))[..16]);

    /// <summary>Tells the key from others (<c>kid</c>), and nothing about the secret.</summary>
    public string Id { get; }

    /// <summary>Keys in base64, separated by commas; the first signs, and all are accepted: a new one is put first, and an old one taken away when its tokens have ended.</summary>
    /// <exception cref="FormatException">One is no base64 or is shorter than 32 bytes; the message does not show it.</exception>
    public static IReadOnlyList<TokenKey> ReadAll(string? setting) =>
        [.. (setting ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read)];

    /// <summary>HMAC-SHA256 with the cluster's own key (HKDF, RFC 5869).</summary>
    public byte[] Sign(ClusterId cluster, string text) =>
        HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, FewestBytes, info: Encoding.UTF8.GetBytes($"service account tokens of {cluster.Value}")), Encoding.UTF8.GetBytes(text));

    private static TokenKey Read(string text, int index)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) && length >= FewestBytes
            ? new(bytes[..length])
            : throw new FormatException($"Serving__TokenKeys: key {index + 1} is no base64 of at least {FewestBytes} bytes; make one with `openssl rand -base64 32`");
    }
}
