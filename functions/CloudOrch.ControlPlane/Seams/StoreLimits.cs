namespace CloudOrch.ControlPlane.Seams;

/// <summary>What fits into the store, from Table Storage's limits: 100 rows and 4 MiB a transaction, 1 MiB a row, 64 KiB a binary property.</summary>
public static class StoreLimits
{
    /// <summary>100 rows less <c>head</c> and the log row.</summary>
    public const int ChangesPerCommit = 98;

    /// <summary>A binary property.</summary>
    public const int PropertyBytes = 64 * 1024;

    /// <summary>Bytes of one stored object as stored (compressed when that helps), and of one commit's log row.</summary>
    /// <remarks>A row's 1 MiB, of which base64 takes a third: Azurite counts the request's JSON. An object of 900 KiB of JSON fits, since even random base64 in it shrinks by a quarter.</remarks>
    public const int BodyBytes = 770_000;

    /// <summary>Properties of a row that such a body takes.</summary>
    public const int BodyProperties = (BodyBytes + PropertyBytes - 1) / PropertyBytes;

    /// <summary>Bytes of all bodies in one transaction: 4 MiB a request, less base64's third and the rows' own names.</summary>
    public const int TransactionBytes = 2_900_000;

    /// <summary>Characters of a row key.</summary>
    public const int RowKeyCharacters = 512;
}
