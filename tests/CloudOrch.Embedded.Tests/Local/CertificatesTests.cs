using System.Net;
using System.Security.Cryptography.X509Certificates;
using CloudOrch.Local.Certificates;
using CloudOrch.Testing;

namespace CloudOrch.Embedded.Tests.Local;

public sealed class CertificatesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("certificates-test-").FullName;
    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public void Doing_it_again_changes_no_file()
    {
        var first = Make(["api.local"], [IPAddress.Parse("10.1.2.3")]);
        Assert.Equal(first, Make(["api.local"], []));
    }

    [Fact]
    public void A_further_name_makes_a_new_server_certificate_of_the_same_authority()
    {
        var first = Make([], []);
        var second = Make(["api.local"], []);
        Assert.Equal(first["ca.pem"], second["ca.pem"]);
        Assert.NotEqual(first["server.pem"], second["server.pem"]);
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "server.pem"));
        Assert.True(leaf.MatchesHostname("api.local"));
        Assert.True(leaf.MatchesHostname("127.0.0.1"));
        Assert.False(leaf.MatchesHostname("other.local"));
    }

    [Fact]
    public void What_ends_soon_is_made_anew_in_time()
    {
        var first = Make([], []);
        _clock.Advance(TimeSpan.FromDays(700));
        Assert.Equal(first["server.pem"], Make([], [])["server.pem"]);
        _clock.Advance(TimeSpan.FromDays(100));
        var renewed = Make([], []);
        Assert.NotEqual(first["server.pem"], renewed["server.pem"]);
        Assert.Equal(first["ca.pem"], renewed["ca.pem"]);
    }

    [Fact]
    public void The_chain_holds_by_the_bundle_alone_and_keys_are_for_their_owner_only()
    {
        Make([], []);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Path.Combine(_directory, "bundle.pem"));
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "server.pem"));
        Assert.True(chain.Build(leaf));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string key in new[] { "ca.key", "server.key" })
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory, key)));
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Dictionary<string, string> Make(string[] names, IPAddress[] addresses)
    {
        new LocalAuthority(_directory, _clock).Ensure(names, addresses);
        return Directory.GetFiles(_directory).ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
    }
}
