using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.PodDisruptionBudgets;

namespace CloudOrch.ControlPlane.Serving.Answers;

/// <summary>Every refusal in Kubernetes' words (k8s.io/apimachinery/pkg/api/errors): clients decide by reason and code, people read the message.</summary>
public static class Refusals
{
    public static Status NotFound(ResourceType type, string name) =>
        Of(404, "NotFound", $"{type} \"{name}\" not found", Details(type, name));

    /// <summary>There are no recent metrics, be it since the object is not there; the name as metrics-server writes it.</summary>
    public static Status NotMeasured(KindDefinition kind, ResourceKey key) => Of(
        404, "NotFound",
        $"{kind.Singular}.{kind.Type.Group} \"{(key.Namespace.Length == 0 ? key.Name : $"{key.Namespace}/{key.Name}")}\" not found: nothing was measured of it within the last minute",
        Details(kind.Type, key.Name));

    /// <summary>No such path, or a kind that is not served.</summary>
    public static Status NoSuchResource() =>
        Of(404, "NotFound", "the server could not find the requested resource", new());

    public static Status AlreadyExists(ResourceType type, string name) =>
        Of(409, "AlreadyExists", $"{type} \"{name}\" already exists", Details(type, name));

    public static Status Conflict(ResourceType type, string name, string why) =>
        Of(409, "Conflict", $"Operation cannot be fulfilled on {type} \"{name}\": {why}", Details(type, name));

    public static Status StaleVersion(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static Status Invalid(KindDefinition kind, string name, IReadOnlyList<FieldError> errors) => Invalid(kind.Kind, kind.Type.Group, name, errors);

    public static Status Invalid(string kind, string group, string name, IReadOnlyList<FieldError> errors)
    {
        string qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        string[] texts = [.. errors.Select(e => e.Field.Length == 0 ? e.Message : $"{e.Field}: {e.Message}").Distinct()];
        string list = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return Of(422, "Invalid", $"{qualified} \"{name}\" is invalid: {list}", new()
        {
            Name = name,
            Group = group,
            Kind = kind,
            Causes = errors.Select(e => new StatusCause { Reason = e.Reason, Message = e.Message, Field = e.Field }).ToValueList(),
        });
    }

    /// <summary>Query parameters that do not go together, as Kubernetes refuses its options.</summary>
    /// <param name="options">CreateOptions, UpdateOptions, PatchOptions or DeleteOptions.</param>
    public static Status InvalidOptions(string options, IReadOnlyList<FieldError> errors) =>
        Of(422, "Invalid", $"{options}.meta.k8s.io \"\" is invalid: {string.Join(", ", errors.Select(e => $"{e.Field}: {e.Message}"))}", new()
        {
            Group = "meta.k8s.io",
            Kind = options,
            Causes = errors.Select(e => new StatusCause { Reason = e.Reason, Message = e.Message, Field = e.Field }).ToValueList(),
        });

    /// <summary>Server-side apply meets fields that others own; kubectl prints the message and then what can be done.</summary>
    public static Status ApplyConflict(IReadOnlyList<FieldConflict> conflicts)
    {
        string message = conflicts.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {conflicts[0].Manager}: {conflicts[0].Field}"
            : $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', conflicts.GroupBy(c => c.Manager)
                .Select(g => $"conflicts with {g.Key}:\n{string.Join('\n', g.Select(c => $"- {c.Field}"))}"))}";
        return Of(409, "Conflict", message, new()
        {
            Causes = conflicts.Select(c => new StatusCause { Reason = "FieldManagerConflict", Message = $"conflict with {c.Manager}", Field = c.Field }).ToValueList(),
        });
    }

    /// <summary>A patch that could be read but not applied.</summary>
    public static Status Unprocessable(string message) => Of(422, "Invalid", message, new());

    public static Status Forbidden(ResourceType type, string name, string why) =>
        Of(403, "Forbidden", name.Length == 0 ? $"{type} is forbidden: {why}" : $"{type} \"{name}\" is forbidden: {why}", Details(type, name));

    public static Status Unauthorized(string message = "Unauthorized") => Of(401, "Unauthorized", message, null);

    public static Status BadRequest(string message) => Of(400, "BadRequest", message, null);

    public static Status MethodNotAllowed() =>
        Of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", null);

    /// <summary>Kubernetes has it, and it is not here: the message says what to do instead.</summary>
    public static Status NotServed(int code, string reason, string message) => Of(code, reason, message, null);

    public static Status NotAcceptable(string supported) =>
        Of(406, "NotAcceptable", $"only the following media types are accepted: {supported}", null);

    public static Status UnsupportedMediaType(string message) => Of(415, "UnsupportedMediaType", message, null);

    public static Status TooLarge(string message) => Of(413, "RequestEntityTooLarge", message, null);

    public static Status TooLargeEvent(string name) => TooLarge($"events \"{name}\" is too large: the limit is {StoreLimits.PropertyBytes} bytes");

    public static Status TooManyRequests(string message, int retryAfterSeconds) =>
        Of(429, "TooManyRequests", message, new() { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>An eviction that is to be asked for again later: <c>kubectl drain</c> waits five seconds, and prints the message.</summary>
    /// <remarks>No Retry-After: client-go would retry by itself then, and the user would not learn what he waits for.</remarks>
    public static Status DisruptionBudget(string name, BudgetView counts) =>
        Of(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", new()
        {
            Causes =
            [
                new()
                {
                    Reason = "DisruptionBudget",
                    Message = counts.Failure is { } why
                        ? $"The disruption budget {name} cannot be calculated: {why}"
                        : $"The disruption budget {name} needs {counts.DesiredHealthy} healthy pods and has {counts.CurrentHealthy} currently",
                },
            ],
        });

    /// <summary>Kubernetes' words; to ask again does not help before a budget's selector is changed.</summary>
    public static Status SeveralDisruptionBudgets() =>
        Of(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", null);

    public static Status Expired(string message) => Of(410, "Expired", message, null);

    /// <summary>A resourceVersion from the future: the client may try again.</summary>
    public static Status TooLargeVersion(long asked, Revision current) =>
        Of(504, "Timeout", $"Too large resource version: {asked}, current: {current}", new()
        {
            Causes = [new() { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }],
            RetryAfterSeconds = 1,
        });

    public static Status Internal(string message) => Of(500, "InternalError", $"Internal error occurred: {message}", null);

    private static StatusDetails Details(ResourceType type, string name) =>
        new() { Name = name.Length == 0 ? null : name, Group = type.Group.Length == 0 ? null : type.Group, Kind = type.Resource };

    private static Status Of(int code, string reason, string message, StatusDetails? details) =>
        new() { Code = code, Reason = reason, Message = message, Details = details };
}
