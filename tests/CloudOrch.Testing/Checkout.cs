namespace CloudOrch.Testing;

/// <summary>The checkout that the tests run from.</summary>
public static class Checkout
{
    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path below <see cref="Root"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CloudOrch.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"The tests run outside of a checkout: no CloudOrch.sln above {AppContext.BaseDirectory}.");
    }
}
