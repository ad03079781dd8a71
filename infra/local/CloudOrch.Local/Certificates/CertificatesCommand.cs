using System.Net;
using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Certificates;

/// <summary><c>certificates</c>: makes the authority and the server certificate in a directory, once.</summary>
public static class CertificatesCommand
{
    public static Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var authority = new LocalAuthority(arguments.Required("directory"), TimeProvider.System);
        authority.Ensure(arguments.List("name"), arguments.List("address").Select(Address));
        Console.WriteLine(authority.BundlePath);
        return Task.FromResult(0);
    }

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out var address) ? address : throw new UsageException($"--address is not an IP address: {text}");
}
