using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving.Answers;

/// <summary>What is sent back.</summary>
public abstract record Answer
{
    private Answer() { }

    /// <summary>Texts for <c>Warning: 299</c> headers.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public sealed record Refused(Status Status) : Answer;

    /// <param name="Kind">Prints the object when the client asks for a Table.</param>
    public sealed record One(KindDefinition Kind, KubeObject Value, int Code = 200) : Answer;

    public sealed record Many(KindDefinition Kind, IReadOnlyList<KubeObject> Items, ListMeta Metadata) : Answer;

    /// <summary>An object that is no registered kind: Scale, Status, APIResourceList.</summary>
    public sealed record Document(ReadOnlyMemory<byte> Json, string ContentType = "application/json", int Code = 200) : Answer
    {
        /// <summary>With its quotes; a client that has it already gets 304.</summary>
        public string? ETag { get; init; }
    }

    /// <summary>Writes headers and body itself.</summary>
    public sealed record Streamed(Func<HttpContext, CancellationToken, Task> WriteAsync) : Answer;
}
