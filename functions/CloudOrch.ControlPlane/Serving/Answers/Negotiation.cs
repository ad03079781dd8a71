using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudOrch.ControlPlane.Serving.Answers;

public enum Shape
{
    Plain,
    Table,
    PartialMetadata,
}

/// <summary>Which form of JSON the client wants: <c>Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json</c>.</summary>
/// <param name="Version">v1 or v1beta1 of meta.k8s.io.</param>
public sealed record Negotiated(Shape Shape, string Version)
{
    public const string Supported = "application/json";

    /// <returns>null when nothing of what the client accepts can be served (406).</returns>
    public static Negotiated? Of(HttpRequest request)
    {
        string accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return new(Shape.Plain, "v1");
        if (!MediaTypeHeaderValue.TryParseList([accept], out var types))
            return null;
        foreach (var type in types.OrderByDescending(t => t.Quality ?? 1))
        {
            if (type.MediaType.Value is not ("application/json" or "*/*" or "application/*"))
                continue;
            string? form = Parameter(type, "as"), version = Parameter(type, "v"), group = Parameter(type, "g");
            if (form is null)
                return new(Shape.Plain, "v1");
            if (group == "meta.k8s.io" && version is "v1" or "v1beta1")
            {
                switch (form)
                {
                    case "Table":
                        return new(Shape.Table, version);
                    case "PartialObjectMetadata" or "PartialObjectMetadataList":
                        return new(Shape.PartialMetadata, version);
                }
            }
        }
        return null;
    }

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value;
}
