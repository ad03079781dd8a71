using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace CloudOrch.Local.Broker;

/// <summary>A shared access signature as Azure defines it:
/// <c>SharedAccessSignature sr={url-encoded resource}&amp;sig={url-encoded base64}&amp;se={unix seconds}&amp;skn={rule}</c>, where the signature is
/// HMAC-SHA256, keyed with the rule's key as UTF-8 text, over the encoded resource as it stands in the token, a line feed and the expiry.</summary>
public sealed record SasToken(string EncodedResource, string Signature, string Expiry, string RuleName)
{
    public const string Scheme = "SharedAccessSignature ";

    public DateTimeOffset ExpiresAt { get; } =
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(Expiry, NumberStyles.None, CultureInfo.InvariantCulture));

    public Uri Resource { get; } = new(WebUtility.UrlDecode(EncodedResource), UriKind.Absolute);

    /// <summary>The resource's path without slashes at its ends: a queue's name, or empty for the namespace.</summary>
    public string Path => Uri.UnescapeDataString(Resource.AbsolutePath).Trim('/');

    /// <summary>Null when the text is not a token of this form.</summary>
    public static SasToken? Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text[Scheme.Length..].Split('&'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !fields.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim()))
                return null;
        }

        try
        {
            return fields.TryGetValue("sr", out var sr) && fields.TryGetValue("sig", out var sig)
                && fields.TryGetValue("se", out var se) && fields.TryGetValue("skn", out var skn)
                ? new SasToken(sr, WebUtility.UrlDecode(sig), WebUtility.UrlDecode(se), WebUtility.UrlDecode(skn))
                : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public bool IsSignedWith(string key)
    {
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(EncodedResource + "\n" + Expiry));
        Span<byte> actual = stackalloc byte[64];
        return Convert.TryFromBase64String(Signature, actual, out var length)
            && CryptographicOperations.FixedTimeEquals(actual[..length], expected);
    }
}
