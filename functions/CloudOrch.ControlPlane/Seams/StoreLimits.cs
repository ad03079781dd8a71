namespace CloudOrch.ControlPlane.Seams;

/// <summary>What fits into the store, from Table Storage's limits: 100 rows and 4 MiB a transaction, 1 MiB a row, 64 KiB a binary property.</summary>
public static class StoreLimits
{
    /// <summary>100 rows less <c>head</c> and the log row.</summary>
    public const int ChangesPerCommit = 98;

    /// <summary>A binary property.</summary>
    public const int PropertyBytes = 64 * 1024;

    /// <summary>Properties of a row that a body may take: the sixteenth would leave no room for keys and the rest.</summary>
    public const int BodyProperties = 15;

    /// <summary>Bytes of one stored object as stored (compressed when that helps), and of one commit's log row.</summary>
    public const int BodyBytes = BodyProperties * PropertyBytes;

    /// <summary>Bytes of all bodies in one transaction: 4 MiB a request, less base64's third and the rows' own names.</summary>
    public const int TransactionBytes = 2_900_000;

    /// <summary>Characters of a row key.</summary>
    public const int RowKeyCharacters = 512;
}
