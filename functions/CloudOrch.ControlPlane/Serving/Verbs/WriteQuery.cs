using System.Text;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>The query parameters that all writing verbs share.</summary>
public sealed record WriteQuery(bool DryRun, FieldValidation Validation)
{
    /// <summary>Who writes, for the fields that he sets: the parameter <c>fieldManager</c>, else the client's name.</summary>
    public string Manager { get; private init; } = "";

    /// <summary>The request names its manager itself, as server-side apply must.</summary>
    public bool NamesManager { get; private init; }

    /// <summary>Server-side apply takes fields that others own; null when the request does not say.</summary>
    public bool? Force { get; private init; }

    public static (WriteQuery Query, Status? Refusal) Of(ApiCall call)
    {
        string? dryRun = call.Query("dryRun"), validation = call.Query("fieldValidation"), manager = call.Query("fieldManager");
        if (dryRun is not (null or "" or "All"))
            return (Default, Refusals.BadRequest($"dryRun: Unsupported value: \"{dryRun}\": supported values: \"All\""));
        if (validation is not (null or "" or "Ignore" or "Warn" or "Strict"))
            return (Default, Refusals.BadRequest($"fieldValidation: Unsupported value: \"{validation}\": supported values: \"Ignore\", \"Strict\", \"Warn\""));
        if (CheckManager(manager ?? "") is { } wrong)
            return (Default, Refusals.InvalidOptions(OptionsOf(call), [wrong]));
        bool named = !string.IsNullOrEmpty(manager);
        return (new(dryRun == "All", string.IsNullOrEmpty(validation) ? FieldValidation.Warn : Enum.Parse<FieldValidation>(validation))
        {
            Manager = named ? manager! : FieldOwnership.ManagerOf(call.Http.Request.Headers.UserAgent.ToString()),
            NamesManager = named,
            Force = call.Query("force") is { } force ? force is "true" or "1" or "" : null,
        }, null);
    }

    /// <summary>What only some patches take.</summary>
    public Status? CheckPatch(bool isApply)
    {
        if (isApply && !NamesManager)
            return Refusals.InvalidOptions("PatchOptions", [new("fieldManager", "FieldValueRequired", "Required value: is required for apply patch")]);
        return !isApply && Force is not null
            ? Refusals.InvalidOptions("PatchOptions", [new("force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch")])
            : null;
    }

    public FieldWriter Writer(ApiCall call) => new(Manager, call.Route.Subresource, call.Now);

    private static FieldError? CheckManager(string manager)
    {
        if (Encoding.UTF8.GetByteCount(manager) > FieldOwnership.LongestManager)
            return new("fieldManager", "FieldValueTooLong", $"Too long: may not be more than {FieldOwnership.LongestManager} bytes");
        return manager.EnumerateRunes().All(FieldOwnership.IsPrintable) ? null
            : new("fieldManager", "FieldValueInvalid", $"Invalid value: \"{manager}\": should only contain printable characters");
    }

    private static string OptionsOf(ApiCall call) => call.Route.Verb switch
    {
        "create" => "CreateOptions",
        "update" => "UpdateOptions",
        "patch" => "PatchOptions",
        _ => "DeleteOptions",
    };

    private static readonly WriteQuery Default = new(false, FieldValidation.Warn);
}
