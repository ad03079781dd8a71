namespace CloudOrch.Domain.Api.Decoding;

/// <summary>The query parameter <c>fieldValidation</c>: what to do about unknown and repeated fields.</summary>
public enum FieldValidation
{
    /// <summary>Say so in a warning; the default.</summary>
    Warn,
    Ignore,
    /// <summary>Refuse the request.</summary>
    Strict,
}

/// <summary>What came of reading a request body.</summary>
public abstract record DecodeOutcome
{
    private DecodeOutcome() { }

    /// <param name="Warnings">Texts for <c>Warning: 299</c> headers.</param>
    public sealed record Decoded(KubeObject Object, IReadOnlyList<string> Warnings) : DecodeOutcome;

    /// <summary>400 BadRequest with this message.</summary>
    public sealed record Refused(string Message) : DecodeOutcome;
}
