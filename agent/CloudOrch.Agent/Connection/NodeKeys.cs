using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudOrch.Agent.Journal;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Connection;

/// <summary>The node's key pairs and what is signed with them.</summary>
public sealed class NodeKeys : IDisposable
{
    private readonly ECDsa _signing;
    private readonly ECDiffieHellman _sealing;

    private NodeKeys(ECDsa signing, ECDiffieHellman sealing) => (_signing, _sealing) = (signing, sealing);

    /// <summary>SubjectPublicKeyInfo, base64.</summary>
    public string SigningKey => Convert.ToBase64String(_signing.ExportSubjectPublicKeyInfo());

    /// <summary>SubjectPublicKeyInfo, base64.</summary>
    public string SealingKey => Convert.ToBase64String(_sealing.ExportSubjectPublicKeyInfo());

    public static NodeKeys Of(IdentityRecord identity)
    {
        var keys = new NodeKeys(ECDsa.Create(), ECDiffieHellman.Create());
        keys._signing.ImportPkcs8PrivateKey(Convert.FromBase64String(identity.SigningKey), out _);
        keys._sealing.ImportPkcs8PrivateKey(Convert.FromBase64String(identity.SealingKey), out _);
        return keys;
    }

    /// <summary>A new identity; its agent id is the beginning of the hash of its signing key.</summary>
    public static IdentityRecord Create()
    {
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return new IdentityRecord
        {
            AgentId = Convert.ToHexStringLower(SHA256.HashData(signing.ExportSubjectPublicKeyInfo()).AsSpan(0, 6)),
            SigningKey = Convert.ToBase64String(signing.ExportPkcs8PrivateKey()),
            SealingKey = Convert.ToBase64String(sealing.ExportPkcs8PrivateKey()),
        };
    }

    /// <summary>A token for one call. <paramref name="now"/> is the server's time as far as the node knows it.</summary>
    public string Token(string clusterId, string nodeUid, DateTimeOffset now)
    {
        long issued = now.ToUnixTimeSeconds();
        long expires = issued + (long)NodeToken.Lifetime.TotalSeconds;
        string header = Part($$"""{"alg":"ES256","typ":"{{NodeToken.Type}}"}""");
        string claims = Part($$"""{"iss":"{{nodeUid}}","sub":"{{nodeUid}}","aud":"{{NodeToken.AudienceOf(clusterId)}}","iat":{{issued}},"exp":{{expires}}}""");
        byte[] signature = _signing.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        _signing.Dispose();
        _sealing.Dispose();
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
