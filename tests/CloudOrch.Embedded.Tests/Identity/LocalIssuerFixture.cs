using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CloudOrch.Local.Certificates;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Issuer;
using Microsoft.AspNetCore.Builder;

namespace CloudOrch.Embedded.Tests.Identity;

/// <summary>The local issuer over TLS with certificates of an authority of its own.</summary>
public sealed class LocalIssuerFixture : IAsyncLifetime
{
    public static readonly Guid Application = new("5f6a3f2e-0000-4000-8000-000000000001");

    private readonly string _directory = Directory.CreateTempSubdirectory("issuer-test-").FullName;
    private WebApplication? _app;

    public IssuerKey Key { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    public IssuerClient Client { get; } = new("ci", "s3cret", Guid.Parse("aaaaaaaa-0000-4000-8000-00000000000a"), Guid.Parse("c1000000-0000-4000-8000-000000000001"), ["Clusters.Create"]);

    public async ValueTask InitializeAsync()
    {
        var authority = new LocalAuthority(_directory, TimeProvider.System);
        authority.Ensure([], []);
        Key = IssuerKey.OpenOrCreate(_directory);
        var builder = TlsServer.CreateBuilder(new Uri("https://127.0.0.1:0"), authority.CertificatePath, authority.KeyPath);
        _app = LocalIssuer.Build(builder, http => new Uri($"https://{http.Request.Host}"), Key, [Client]);
        await _app.StartAsync();
        Url = new Uri(_app.Urls.First());
    }

    /// <summary>Trusts what the fixture's bundle holds, and nothing else.</summary>
    public SocketsHttpHandler Trusting()
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(new LocalAuthority(_directory, TimeProvider.System).AuthorityPath);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }

    /// <summary>A token that is right in every respect, to be changed in one.</summary>
    public EntraToken Good() => new()
    {
        Issuer = Url,
        Tenant = Client.Tenant,
        ObjectId = Guid.Parse("0b1ec700-0000-4000-8000-000000000001"),
        Audience = Application.ToString(),
        NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(-5),
        Expires = TimeProvider.System.GetUtcNow().AddHours(1),
        Username = "ada@contoso.example",
        Name = "Ada",
        Scope = "user_impersonation",
        Roles = ["Clusters.Create", "Reader"],
        Groups = ["9b000000-0000-4000-8000-000000000001", "9b000000-0000-4000-8000-000000000002"],
    };

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        Key.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
