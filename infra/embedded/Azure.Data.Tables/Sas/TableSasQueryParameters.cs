using System.Text;

namespace Azure.Data.Tables.Sas;

/// <summary>The parts of a signed SAS; <see cref="ToString"/> is its query string.</summary>
public sealed class TableSasQueryParameters
{
    private readonly string _query;

    internal TableSasQueryParameters(IEnumerable<(string Name, string? Value)> parts)
    {
        var query = new StringBuilder();
        foreach ((string name, string? value) in parts)
        {
            if (string.IsNullOrEmpty(value))
                continue;
            if (query.Length > 0)
                query.Append('&');
            query.Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        _query = query.ToString();
    }

    /// <summary>Encoded, without a question mark. It is a secret: whoever has it has the access.</summary>
    public override string ToString() => _query;
}
