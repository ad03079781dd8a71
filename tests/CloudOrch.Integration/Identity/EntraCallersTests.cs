using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CloudOrch.Azure.Identity;
using CloudOrch.Domain.Protocol;
using CloudOrch.Local.Certificates;
using CloudOrch.Local.Commands;
using CloudOrch.Local.Issuer;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudOrch.Integration.Identity;

public sealed class EntraCallersTests : IAsyncLifetime
{
    private const string Audience = "5f0d6a1e-6c0d-4a8e-9a52-0c10ad0c0001";
    private readonly string _directory = Directory.CreateTempSubdirectory("callers-test-").FullName;
    private IssuerKey _key = null!;
    private WebApplication _issuer = null!;
    private ServiceProvider _services = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        var authority = new LocalAuthority(_directory, TimeProvider.System);
        authority.Ensure([], []);
        _key = IssuerKey.OpenOrCreate(_directory);
        _issuer = LocalIssuer.Build(
            TlsServer.CreateBuilder(new Uri("https://127.0.0.1:0"), authority.CertificatePath, authority.KeyPath),
            http =>
            {
                Interlocked.Increment(ref _asked);
                return new Uri($"https://{http.Request.Host}");
            },
            _key,
            []);
        await _issuer.StartAsync();
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureAd:Instance"] = _issuer.Urls.First(),
            ["AzureAd:TenantId"] = "organizations",
            ["AzureAd:ClientId"] = Audience,
        }).Build();
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authority.AuthorityPath);
        _services = new ServiceCollection()
            .AddLogging()
            .AddEntraCallers(settings)
            .Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, o => o.BackchannelHttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
            })
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _issuer.DisposeAsync();
        _key.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_good_token_makes_its_bearer_the_user()
    {
        var http = await AuthenticateAsync("Bearer " + Token().Sign(_key.Key));
        Assert.True(http.User.Identity!.IsAuthenticated);
        Assert.Equal(["Clusters.Create", "cluster-admin"], http.User.Claims.Where(c => c.Type == System.Security.Claims.ClaimTypes.Role).Select(c => c.Value).Order());
    }

    [Fact]
    public async Task Without_a_good_token_there_is_no_user()
    {
        var late = Token() with { NotBefore = TimeProvider.System.GetUtcNow().AddHours(-3), Expires = TimeProvider.System.GetUtcNow().AddHours(-1) };
        foreach (string? authorization in new[] { null, "", "Basic YTpi", "Bearer", "Bearer x", "Bearer ..", "Bearer " + late.Sign(_key.Key) })
            Assert.False((await AuthenticateAsync(authorization)).User.Identity?.IsAuthenticated ?? false, authorization ?? "none");
    }

    [Fact]
    public async Task A_nodes_token_is_left_to_the_control_plane_and_asks_the_issuer_nothing()
    {
        string token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "node-uid",
            TokenType = NodeToken.Type,
            SigningCredentials = new SigningCredentials(_key.Key, SecurityAlgorithms.RsaSha256),
        });
        var http = await AuthenticateAsync("Bearer " + token);
        Assert.False(http.User.Identity?.IsAuthenticated ?? false);
        Assert.Equal(0, _asked);
    }

    [Fact]
    public void Random_identities_have_their_form()
    {
        var identities = new RandomIdentityGenerator();
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", identities.NewUid());
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]{5}$", identities.NewSuffix());
        Assert.Matches("^[A-Za-z0-9_-]{43}$", identities.NewSecret());
        Assert.NotEqual(identities.NewSecret(), identities.NewSecret());
    }

    private EntraToken Token() => new()
    {
        Issuer = new Uri(_issuer.Urls.First()),
        Tenant = Guid.Parse("aaaaaaaa-0000-4000-8000-00000000000a"),
        ObjectId = Guid.Parse("0b1ec700-0000-4000-8000-000000000001"),
        Audience = Audience,
        NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(-5),
        Expires = TimeProvider.System.GetUtcNow().AddHours(1),
        Scope = "user_impersonation",
        Roles = ["Clusters.Create", "cluster-admin"],
    };

    private async Task<HttpContext> AuthenticateAsync(string? authorization)
    {
        var http = new DefaultHttpContext { RequestServices = _services };
        if (authorization is not null)
            http.Request.Headers.Authorization = authorization;
        await EntraCallers.AuthenticateAsync(http);
        return http;
    }
}
