using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CloudOrch.Local.Certificates;

/// <summary>A certificate authority of this machine's own, and what it signs, as PEM files in one directory.</summary>
/// <remarks>
/// <c>ca.pem</c>, <c>ca.key</c>; <c>server.pem</c> (leaf, then CA), <c>server.key</c>; <c>bundle.pem</c>: the system's authorities and ours, for
/// <c>SSL_CERT_FILE</c>. Doing it again changes nothing as long as the files hold for <see cref="RenewBefore"/> and name every host asked for.
/// </remarks>
public sealed class LocalAuthority(string directory, TimeProvider clock)
{
    /// <summary>A certificate that ends sooner than this is made anew.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    // Where distributions keep their bundle: Debian, Fedora, Alpine, openSUSE.
    private static readonly string[] SystemBundles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"];

    public string AuthorityPath => Path.Combine(directory, "ca.pem");
    public string CertificatePath => Path.Combine(directory, "server.pem");
    public string KeyPath => Path.Combine(directory, "server.key");
    public string BundlePath => Path.Combine(directory, "bundle.pem");
    private string AuthorityKeyPath => Path.Combine(directory, "ca.key");

    /// <summary>Makes what is missing, ends soon, or does not name every host; localhost and 127.0.0.1 are always named.</summary>
    public void Ensure(IEnumerable<string> names, IEnumerable<IPAddress> addresses)
    {
        Directory.CreateDirectory(directory);
        using var authority = EnsureAuthority(out bool renewed);
        string[] allNames = [.. new[] { "localhost" }.Concat(names).Distinct(StringComparer.OrdinalIgnoreCase)];
        IPAddress[] allAddresses = [.. new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }.Concat(addresses).Distinct()];
        if (renewed || !ServerHolds(allNames, allAddresses))
            WriteServer(authority, allNames, allAddresses);
        WriteIfChanged(BundlePath, SystemAuthorities() + File.ReadAllText(AuthorityPath));
    }

    private X509Certificate2 EnsureAuthority(out bool renewed)
    {
        renewed = false;
        if (File.Exists(AuthorityPath) && File.Exists(AuthorityKeyPath))
        {
            var existing = X509Certificate2.CreateFromPemFile(AuthorityPath, AuthorityKeyPath);
            if (Holds(existing))
                return existing;
            existing.Dispose();
        }

        renewed = true;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CloudOrch local authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = clock.GetUtcNow();
        var made = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(10));
        WriteSecret(AuthorityKeyPath, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(AuthorityPath, made.ExportCertificatePem() + "\n");
        return made;
    }

    private void WriteServer(X509Certificate2 authority, string[] names, IPAddress[] addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        foreach (var address in addresses)
            alternatives.AddIpAddress(address);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var now = clock.GetUtcNow();
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        // 825 days: the longest that clients of Apple's kind accept.
        using var leaf = request.Create(authority, now.AddHours(-1), now.AddDays(825), serial);
        WriteSecret(KeyPath, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificatePath, leaf.ExportCertificatePem() + "\n" + File.ReadAllText(AuthorityPath));
    }

    private bool ServerHolds(string[] names, IPAddress[] addresses)
    {
        if (!File.Exists(CertificatePath) || !File.Exists(KeyPath))
            return false;
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(CertificatePath);
        var alternatives = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return Holds(leaf) && alternatives is not null
            && names.All(n => alternatives.EnumerateDnsNames().Contains(n, StringComparer.OrdinalIgnoreCase))
            && addresses.All(a => alternatives.EnumerateIPAddresses().Contains(a));
    }

    private bool Holds(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime() > clock.GetUtcNow().UtcDateTime + RenewBefore;

    private static string SystemAuthorities() =>
        SystemBundles.FirstOrDefault(File.Exists) is { } path ? File.ReadAllText(path).TrimEnd() + "\n" : "";

    private static void WriteIfChanged(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text)
            File.WriteAllText(path, text);
    }

    internal static void WriteSecret(string path, string text)
    {
        // Created with its mode, so that it is at no moment readable by others.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, options);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
        writer.Write('\n');
    }
}
