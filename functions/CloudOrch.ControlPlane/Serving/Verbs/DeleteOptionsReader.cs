using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>DeleteOptions travel under any apiVersion: <c>v1</c>, or the version of the group that is deleted from.</summary>
public static class DeleteOptionsReader
{
    private const string Kind = "DeleteOptions";

    /// <param name="mostBytes">Of what YAML means as JSON.</param>
    public static BodyOutcome Read(RequestBody body, FieldValidation validation, int mostBytes) =>
        BodyReader.Read<DeleteOptions>(Kind, BodyReader.VersionOf(body, mostBytes) ?? "v1", body, validation, mostBytes);

    /// <returns>null when what is asked can be done.</returns>
    public static Status? Check(DeleteOptions asked) => asked.PropagationPolicy is null or "Background" or "Foreground" or "Orphan"
        ? null
        : Refusals.BadRequest($"propagationPolicy: Unsupported value: \"{asked.PropagationPolicy}\": supported values: \"Background\", \"Foreground\", \"Orphan\"");
}
