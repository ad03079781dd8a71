using System.Text.Json;
using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>Reads code and message out of <c>{"odata.error":{"code":…,"message":{"value":…}}}</c>.</summary>
internal sealed class ODataFailures : RequestFailedDetailsParser
{
    public static readonly ODataFailures Instance = new();

    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = null;
        ReadOnlyMemory<byte> body = response.ContentStream is MemoryStream ? response.Content.ToMemory() : default;
        if (!body.IsEmpty)
        {
            try
            {
                using var document = JsonDocument.Parse(body);
                if (document.RootElement.ValueKind == JsonValueKind.Object
                    && (document.RootElement.TryGetProperty("odata.error", out JsonElement failure)
                        || document.RootElement.TryGetProperty("error", out failure)))
                {
                    string? code = failure.TryGetProperty("code", out JsonElement c) ? c.GetString() : null;
                    string? message = failure.TryGetProperty("message", out JsonElement m)
                        ? m.ValueKind == JsonValueKind.Object ? m.GetProperty("value").GetString() : m.GetString()
                        : null;
                    error = new ResponseError(code, message);
                }
            }
            catch (JsonException)
            {
                // A proxy's page, or XML: the status and the header below say what is known.
            }
        }

        if (error?.Code is null && response.Headers.TryGetValue("x-ms-error-code", out string? header))
            error = new ResponseError(header, error?.Message);
        return error is not null;
    }
}
