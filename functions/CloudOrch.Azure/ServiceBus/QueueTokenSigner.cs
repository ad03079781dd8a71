using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace CloudOrch.Azure.ServiceBus;

/// <summary>Signs shared access signatures for single queues, with a rule of the namespace that has Listen only.</summary>
/// <remarks>The SDK makes none for one queue. Form and signature: Azure's «Service Bus access control with Shared Access Signatures».</remarks>
/// <param name="fullyQualifiedNamespace">Host of the namespace, without port.</param>
/// <param name="ruleName">Name of the rule; what a token allows is what this rule allows.</param>
/// <param name="key">The rule's key, as the service shows it.</param>
public sealed class QueueTokenSigner(string fullyQualifiedNamespace, string ruleName, string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>A token for exactly this queue (and its dead letters).</summary>
    public string Sign(string queueName, DateTimeOffset expiresAt)
    {
        string resource = WebUtility.UrlEncode($"sb://{fullyQualifiedNamespace}/{queueName}".ToLowerInvariant());
        string expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{resource}\n{expiry}")));
        return $"SharedAccessSignature sr={resource}&sig={WebUtility.UrlEncode(signature)}&se={expiry}&skn={WebUtility.UrlEncode(ruleName)}";
    }
}
