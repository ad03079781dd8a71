using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudOrch.Embedded.Tests.Functions;
using CloudOrch.Local.Issuer;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.Tokens;

namespace CloudOrch.Embedded.Tests.Identity;

public class TokenTests(LocalIssuerFixture issuer) : IClassFixture<LocalIssuerFixture>
{
    [Fact]
    public async Task A_good_token_is_accepted_and_says_who_its_bearer_is()
    {
        await using var app = await StartAsync();
        var who = await AskAsync(app, issuer.Good().Sign(issuer.Key.Key));
        var token = issuer.Good();
        Assert.Equal(token.Tenant.ToString(), who.GetProperty("tid").GetString());
        Assert.Equal(token.ObjectId.ToString(), who.GetProperty("oid").GetString());
        Assert.Equal("ada@contoso.example", who.GetProperty("name").GetString());
        Assert.Equal(token.Roles, who.GetProperty("roles").EnumerateArray().Select(r => r.GetString()!));
        Assert.Equal(token.Groups, who.GetProperty("groups").EnumerateArray().Select(r => r.GetString()!));
    }

    public static TheoryData<string> Refusals =>
        ["expired", "not yet valid", "wrong audience", "wrong issuer", "other tenant than its issuer", "bad signature", "other key", "alg none", "no scope or role", "nonsense"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_token_that_is_wrong_in_one_respect_is_refused(string how)
    {
        await using var app = await StartAsync();
        var good = issuer.Good();
        var now = TimeProvider.System.GetUtcNow();
        string signed = good.Sign(issuer.Key.Key);
        string token = how switch
        {
            "expired" => (good with { NotBefore = now.AddHours(-2), Expires = now.AddMinutes(-6) }).Sign(issuer.Key.Key),
            "not yet valid" => (good with { NotBefore = now.AddMinutes(20) }).Sign(issuer.Key.Key),
            "wrong audience" => (good with { Audience = "00000003-0000-0000-c000-000000000000" }).Sign(issuer.Key.Key),
            "wrong issuer" => (good with { Issuer = new Uri("https://login.microsoftonline.com") }).Sign(issuer.Key.Key),
            "other tenant than its issuer" => Forge(signed, payload => payload.Replace($"\"tid\":\"{good.Tenant}", $"\"tid\":\"bbbbbbbb-0000-4000-8000-00000000000b", StringComparison.Ordinal), issuer.Key),
            "bad signature" => signed[..^8] + (signed.EndsWith("AAAAAAAA", StringComparison.Ordinal) ? "BBBBBBBB" : "AAAAAAAA"),
            "other key" => good.Sign(new RsaSecurityKey(RSA.Create(2048)) { KeyId = issuer.Key.Key.KeyId }),
            "alg none" => Unsigned(signed),
            "no scope or role" => (good with { Scope = null, Roles = [] }).Sign(issuer.Key.Key),
            _ => "nonsense",
        };

        using var answer = await SendAsync(app, token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_without_a_token_is_refused()
    {
        await using var app = await StartAsync();
        using var answer = await app.Client.GetAsync("whoami");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task An_app_for_one_tenant_refuses_another_and_an_app_for_all_takes_both()
    {
        var other = issuer.Good() with { Tenant = Guid.Parse("bbbbbbbb-0000-4000-8000-00000000000b") };
        await using var one = await StartAsync(tenant: issuer.Client.Tenant.ToString());
        using var own = await SendAsync(one, issuer.Good().Sign(issuer.Key.Key));
        using var foreign = await SendAsync(one, other.Sign(issuer.Key.Key));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, foreign.StatusCode);

        await using var all = await StartAsync();
        Assert.Equal(other.Tenant.ToString(), (await AskAsync(all, other.Sign(issuer.Key.Key))).GetProperty("tid").GetString());
    }

    [Fact]
    public async Task An_audience_setting_takes_the_place_of_the_client_id()
    {
        await using var app = await StartAsync(audience: "api://cloudorch");
        using var byId = await SendAsync(app, issuer.Good().Sign(issuer.Key.Key));
        using var byAudience = await SendAsync(app, (issuer.Good() with { Audience = "api://cloudorch" }).Sign(issuer.Key.Key));
        Assert.Equal(HttpStatusCode.Unauthorized, byId.StatusCode);
        Assert.Equal(HttpStatusCode.OK, byAudience.StatusCode);
    }

    [Fact]
    public async Task A_client_gets_a_token_for_its_secret_and_is_accepted_with_its_roles()
    {
        using var http = new HttpClient(issuer.Trusting()) { BaseAddress = issuer.Url };
        using var granted = await GrantAsync(http, issuer.Client.ClientSecret);
        var grant = await granted.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Bearer", grant.GetProperty("token_type").GetString());

        await using var app = await StartAsync();
        var who = await AskAsync(app, grant.GetProperty("access_token").GetString()!);
        Assert.Equal(issuer.Client.ObjectId.ToString(), who.GetProperty("oid").GetString());
        Assert.Equal("Clusters.Create", who.GetProperty("roles")[0].GetString());

        using var refused = await GrantAsync(http, "guess");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task The_issuers_document_is_refused_by_who_does_not_trust_its_authority()
    {
        using var http = new HttpClient { BaseAddress = issuer.Url };
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("/organizations/v2.0/.well-known/openid-configuration"));
    }

    [Fact]
    public void A_missing_setting_is_named()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddAuthentication().AddMicrosoftIdentityWebApi(new ConfigurationBuilder().Build());
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<JwtBearerOptions>>();
        Assert.Equal("ClientId", Assert.Throws<ArgumentNullException>(() => options.Get("Bearer")).ParamName);
    }

    private Task<HttpResponseMessage> GrantAsync(HttpClient http, string secret)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = issuer.Client.ClientId,
            ["client_secret"] = secret,
            ["scope"] = LocalIssuerFixture.Application + "/.default",
        };
        return http.PostAsync($"/{issuer.Client.Tenant}/oauth2/v2.0/token", new FormUrlEncodedContent(form));
    }

    private Task<TestApp> StartAsync(string tenant = "organizations", string? audience = null)
    {
        List<string> settings = [$"AzureAd:Instance={issuer.Url}", $"AzureAd:TenantId={tenant}", $"AzureAd:ClientId={LocalIssuerFixture.Application}"];
        if (audience is not null)
            settings.Add($"AzureAd:Audience={audience}");
        return TestApp.StartAsync(
            [typeof(WhoAmI)],
            b =>
            {
                b.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddMicrosoftIdentityWebApi(b.Configuration.GetSection("AzureAd"));
                b.Services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, o => o.BackchannelHttpHandler = issuer.Trusting());
            },
            null,
            [.. settings]);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "whoami");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await app.Client.SendAsync(request);
    }

    private static async Task<JsonElement> AskAsync(TestApp app, string token)
    {
        using var answer = await SendAsync(app, token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string Unsigned(string token)
    {
        string header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        return $"{header}.{token.Split('.')[1]}.";
    }

    private static string Forge(string token, Func<string, string> change, IssuerKey key)
    {
        string[] parts = token.Split('.');
        string content = $"{parts[0]}.{Base64UrlEncoder.Encode(change(Base64UrlEncoder.Decode(parts[1])))}";
        byte[] signature = key.Key.Rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64UrlEncoder.Encode(signature)}";
    }

    internal sealed class WhoAmI
    {
        [Function("WhoAmI")]
        public async Task<IActionResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "whoami")] HttpRequest request)
        {
            var result = await request.HttpContext.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
            return result.Principal is not { } user
                ? new UnauthorizedResult()
                : new ContentResult
                {
                    ContentType = "application/json",
                    Content = JsonSerializer.Serialize(new
                    {
                        tid = user.GetTenantId(),
                        oid = user.GetObjectId(),
                        name = user.GetDisplayName(),
                        roles = user.FindAll(System.Security.Claims.ClaimTypes.Role).Select(c => c.Value),
                        groups = user.FindAll("groups").Select(c => c.Value),
                    }),
                };
        }
    }
}
