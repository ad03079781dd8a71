using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Wire;

/// <summary>Signs with the account key («Shared Key Lite»); runs at each try, since the date is signed too.</summary>
internal sealed class SharedKeyPolicy(TableSharedKeyCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        string date = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        Uri uri = message.Request.Uri.ToUri();
        string resource = $"/{credential.AccountName}{uri.AbsolutePath}";
        if (uri.Query.Contains("comp=", StringComparison.Ordinal))
        {
            string comp = uri.Query.TrimStart('?').Split('&').First(p => p.StartsWith("comp=", StringComparison.Ordinal));
            resource += "?" + comp;
        }

        message.Request.Headers.SetValue("x-ms-date", date);
        message.Request.Headers.SetValue("Authorization", $"SharedKeyLite {credential.AccountName}:{credential.Sign($"{date}\n{resource}")}");
    }
}

/// <summary>Adds the SAS to the address; a signature that was updated meanwhile replaces the former at a retry.</summary>
internal sealed class SasPolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    private const string AppliedKey = "cloudorch.sas";

    public override void OnSendingRequest(HttpMessage message)
    {
        string signature = credential.Signature.TrimStart('?');
        string query = message.Request.Uri.Query;
        if (message.TryGetProperty(AppliedKey, out object? applied) && applied is string former)
            query = query.Replace(former, signature, StringComparison.Ordinal);
        else
            query = query.Length == 0 ? "?" + signature : query + "&" + signature;
        message.Request.Uri.Query = query;
        message.SetProperty(AppliedKey, signature);
    }
}
