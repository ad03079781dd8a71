namespace CloudOrch.ControlPlane.Seams;

/// <summary>Where new identities come from; seeded in tests.</summary>
public interface IIdentityGenerator
{
    /// <summary>A random UUID, lower case with dashes.</summary>
    string NewUid();

    /// <summary>A suffix for generateName: <paramref name="length"/> letters of Kubernetes' safe alphabet (bcdfghjklmnpqrstvwxz2456789).</summary>
    string NewSuffix(int length = 5);

    /// <summary>A secret of 256 random bits, URL-safe.</summary>
    string NewSecret();
}
