#nullable enable
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;

namespace Azure.Messaging.ServiceBus.Internal;

/// <summary>Where the token for a resource comes from.</summary>
internal abstract class BusCredential
{
    protected static TimeProvider Clock => TimeProvider.System;

    /// <param name="resource">The lower-case URI that the token has to name: scheme, host, path; no port.</param>
    public abstract ValueTask<AccessToken> GetTokenAsync(string resource, CancellationToken ct);

    /// <summary>The Authorization header of the management protocol.</summary>
    public virtual string Header(string token) => token;

    public static BusCredential Of(ServiceBusConnectionStringProperties connection)
    {
        if (connection.SharedAccessSignature is { } signature)
            return new Signature(new AzureSasCredential(signature));
        if (connection.SharedAccessKeyName is null || connection.SharedAccessKey is null)
            throw new ArgumentException("The connection string needs a shared access key and its name, or a shared access signature.");
        return new Key(new AzureNamedKeyCredential(connection.SharedAccessKeyName, connection.SharedAccessKey));
    }

    /// <summary>Signs a token of its own for each resource, good for half an hour.</summary>
    internal sealed class Key(AzureNamedKeyCredential credential) : BusCredential
    {
        private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

        public override ValueTask<AccessToken> GetTokenAsync(string resource, CancellationToken ct)
        {
            var (name, key) = credential;
            var expiresAt = Clock.GetUtcNow() + Lifetime;
            var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var encoded = WebUtility.UrlEncode(resource);
            var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(encoded + "\n" + expiry)));
            return new(new AccessToken($"SharedAccessSignature sr={encoded}&sig={WebUtility.UrlEncode(signature)}&se={expiry}&skn={WebUtility.UrlEncode(name)}", expiresAt));
        }
    }

    /// <summary>A token made elsewhere, as it stands at the moment: the owner may update it.</summary>
    internal sealed class Signature(AzureSasCredential credential) : BusCredential
    {
        public override ValueTask<AccessToken> GetTokenAsync(string resource, CancellationToken ct)
        {
            var token = credential.Signature;
            var se = token.Split('&', ' ').FirstOrDefault(p => p.StartsWith("se=", StringComparison.Ordinal));
            var expiresAt = se is not null && long.TryParse(se.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : DateTimeOffset.MinValue;
            return new(new AccessToken(token, expiresAt));
        }
    }

    internal sealed class Bearer(TokenCredential credential) : BusCredential
    {
        private static readonly TokenRequestContext Context = new(["https://servicebus.azure.net/.default"]);

        public override ValueTask<AccessToken> GetTokenAsync(string resource, CancellationToken ct) => credential.GetTokenAsync(Context, ct);

        public override string Header(string token) => "Bearer " + token;
    }
}
