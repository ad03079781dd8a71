using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>Checks the tokens that nodes sign themselves (see <see cref="NodeToken"/>): ES256, the enrolled key, the cluster's audience, the server's time.</summary>
public static class NodeTokens
{
    private const int LongestToken = 4_096;

    /// <summary>What a token claims, before its signature is checked.</summary>
    public sealed record Claims(string NodeUid, string Audience, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, string Signed, byte[] Signature);

    /// <returns>null when this is not a node's token.</returns>
    public static Claims? Read(string? authorization)
    {
        const string Prefix = "Bearer ";
        if (authorization is null || authorization.Length > LongestToken || !authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        string token = authorization[Prefix.Length..].Trim();
        if (token.Split('.') is not [var header, var payload, var signature])
            return null;
        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            var claims = body.RootElement;
            if (Text(head.RootElement, "typ") != NodeToken.Type || Text(head.RootElement, "alg") != "ES256"
                || Text(claims, "sub") is not { Length: > 0 } subject || Text(claims, "iss") != subject
                || !claims.GetProperty("iat").TryGetInt64(out long issued) || !claims.GetProperty("exp").TryGetInt64(out long expires))
                return null;
            return new(subject, Text(claims, "aud") ?? "", DateTimeOffset.FromUnixTimeSeconds(issued), DateTimeOffset.FromUnixTimeSeconds(expires),
                $"{header}.{payload}", Base64Url.DecodeFromChars(signature));
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <returns>null when the token is good, else why not.</returns>
    public static string? Check(Claims claims, EnrolmentRecord enrolment, DateTimeOffset now)
    {
        if (claims.NodeUid != enrolment.NodeUid || claims.Audience != NodeToken.AudienceOf(enrolment.Cluster.Value))
            return "the token is not for this node and cluster";
        if (!Verify(claims, enrolment.SigningKey))
            return "the signature is not by the node's enrolled key";
        if (claims.ExpiresAt - claims.IssuedAt > NodeToken.Lifetime + NodeToken.ToleratedSkew)
            return "the token lives too long";
        if (claims.IssuedAt > now + NodeToken.ToleratedSkew || claims.ExpiresAt < now - NodeToken.ToleratedSkew)
            return "the token is not valid now: take the time from this answer's Date header";
        return null;
    }

    private static bool Verify(Claims claims, string signingKey)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(signingKey), out _);
            return key.VerifyData(Encoding.ASCII.GetBytes(claims.Signed), claims.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether a text is a P-256 public key (SubjectPublicKeyInfo, DER, base64).</summary>
    public static bool IsKey(string key)
    {
        try
        {
            using var parsed = ECDsa.Create();
            parsed.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
            return parsed.KeySize == 256;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
