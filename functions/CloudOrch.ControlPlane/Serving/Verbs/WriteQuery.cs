using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>The query parameters that all writing verbs share.</summary>
public sealed record WriteQuery(bool DryRun, FieldValidation Validation)
{
    public static (WriteQuery Query, Status? Refusal) Of(ApiCall call)
    {
        string? dryRun = call.Query("dryRun"), validation = call.Query("fieldValidation"), manager = call.Query("fieldManager");
        if (dryRun is not (null or "" or "All"))
            return (Default, Refusals.BadRequest($"dryRun: Unsupported value: \"{dryRun}\": supported values: \"All\""));
        if (manager is { Length: > 128 })
            return (Default, Refusals.BadRequest("fieldManager: Too long: may not be more than 128 bytes"));
        return validation switch
        {
            null or "" or "Warn" => (new(dryRun == "All", FieldValidation.Warn), null),
            "Strict" => (new(dryRun == "All", FieldValidation.Strict), null),
            "Ignore" => (new(dryRun == "All", FieldValidation.Ignore), null),
            _ => (Default, Refusals.BadRequest($"fieldValidation: Unsupported value: \"{validation}\": supported values: \"Ignore\", \"Strict\", \"Warn\"")),
        };
    }

    private static readonly WriteQuery Default = new(false, FieldValidation.Warn);
}
