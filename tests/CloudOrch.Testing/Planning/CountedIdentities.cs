using CloudOrch.Domain.Planning;

namespace CloudOrch.Testing.Planning;

/// <summary>The same identities in every run.</summary>
public sealed class CountedIdentities(int seed) : IObjectIdentities
{
    private readonly Random random = new(seed);
    private int uids;

    public string NewUid() => $"{seed:x8}-0000-4000-8000-{++uids:x12}";

    public string NewSuffix(int length = 5) =>
        string.Create(length, random, static (span, random) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = "bcdfghjklmnpqrstvwxz2456789"[random.Next(27)];
        });
}
