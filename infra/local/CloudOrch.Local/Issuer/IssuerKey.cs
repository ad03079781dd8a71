using System.Security.Cryptography;
using CloudOrch.Local.Certificates;
using Microsoft.IdentityModel.Tokens;

namespace CloudOrch.Local.Issuer;

/// <summary>The issuer's RSA signing key, kept as <c>issuer.key</c> (PEM) in a directory, so that tokens outlive the issuer's process.</summary>
public sealed class IssuerKey : IDisposable
{
    private readonly RSA _rsa;

    private IssuerKey(RSA rsa)
    {
        _rsa = rsa;
        // The thumbprint of the public key (RFC 7638): the same key has the same id in every process.
        Key = new RsaSecurityKey(rsa);
        Key.KeyId = Base64UrlEncoder.Encode(Key.ComputeJwkThumbprint());
    }

    public RsaSecurityKey Key { get; }

    /// <summary>Opens the directory's key; makes one if there is none. Safe when two processes do it at once.</summary>
    public static IssuerKey OpenOrCreate(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, "issuer.key");
        if (!File.Exists(path))
        {
            using var made = RSA.Create(2048);
            string temporary = $"{path}.{Environment.ProcessId}";
            LocalAuthority.WriteSecret(temporary, made.ExportPkcs8PrivateKeyPem());
            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);   // another process was first; its key counts
            }
        }

        var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(path));
        return new IssuerKey(rsa);
    }

    /// <summary>The public half as a JSON Web Key, as Entra publishes it.</summary>
    public object PublicJwk()
    {
        var parameters = _rsa.ExportParameters(false);
        return new
        {
            kty = "RSA",
            use = "sig",
            alg = "RS256",
            kid = Key.KeyId,
            n = Base64UrlEncoder.Encode(parameters.Modulus),
            e = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }

    public void Dispose() => _rsa.Dispose();
}
