namespace CloudOrch.Testing.Azure;

/// <summary>What a <see cref="FaultProxy"/> does to one request.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The request takes effect; its answer never comes: the connection breaks.</summary>
    public sealed record DropAnswer : Fault;

    /// <summary>The connection breaks before the service sees anything.</summary>
    public sealed record DropRequest : Fault;

    /// <summary>The service is not asked; the answer is this status with an OData error of this code.</summary>
    public sealed record Refuse(int Status = 503, string Code = "ServerBusy") : Fault;

    /// <summary>The request takes effect, and the answer is this status all the same, as a front end that lost its back end says.</summary>
    public sealed record AnswerInstead(int Status, string Code) : Fault;

    /// <summary>The answer's first bytes come, then the connection breaks.</summary>
    public sealed record Tear(int AfterBytes) : Fault;

    /// <summary>A complete answer whose body ends too early.</summary>
    public sealed record Shorten(int ToBytes) : Fault;

    /// <summary>The request is passed on after <paramref name="By"/>.</summary>
    public sealed record Delay(TimeSpan By) : Fault;
}

/// <summary>A request on its way through a <see cref="FaultProxy"/>.</summary>
/// <param name="Number">From 1, over all requests of the proxy.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="PathAndQuery">As sent, still escaped.</param>
/// <param name="Body">Empty when there is none.</param>
public sealed record ProxiedRequest(int Number, string Method, string PathAndQuery, ReadOnlyMemory<byte> Body)
{
    /// <summary>An entity group transaction.</summary>
    public bool IsTransaction => PathAndQuery.Contains("/$batch", StringComparison.Ordinal);

    /// <summary>A query over rows, as opposed to a point read.</summary>
    public bool IsQuery => Method == "GET" && PathAndQuery.Contains("()", StringComparison.Ordinal);
}
