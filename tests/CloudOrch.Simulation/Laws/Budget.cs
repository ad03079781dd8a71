using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Deployments;

namespace CloudOrch.Simulation.Laws;

/// <summary>How many pods a Deployment may have and must have, worked out from its spec by Kubernetes' words and nothing else.</summary>
internal readonly record struct Budget(int Most, int Least)
{
    public static Budget Of(Deployment deployment)
    {
        int desired = deployment.Spec.Replicas ?? 1;
        if (deployment.Spec.Strategy?.Type == "Recreate")
            return new(desired, 0);
        var rolling = deployment.Spec.Strategy?.RollingUpdate;
        int surge = Number(rolling?.MaxSurge, desired, up: true);
        int unavailable = Number(rolling?.MaxUnavailable, desired, up: false);
        if (surge == 0 && unavailable == 0)
            unavailable = 1;
        return new(desired + surge, Math.Max(0, desired - unavailable));
    }

    private static int Number(IntOrString? value, int of, bool up)
    {
        string text = value?.ToString() ?? "25%";
        if (!text.EndsWith('%'))
            return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        double part = of * int.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture) / 100.0;
        return (int)(up ? Math.Ceiling(part) : Math.Floor(part));
    }
}
