using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Nodes;

/// <summary>When an image is pulled: https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting.</summary>
public static class ImagePolicy
{
    public const string Always = "Always";
    public const string IfNotPresent = "IfNotPresent";
    public const string Never = "Never";

    public static string Of(Container container) =>
        !string.IsNullOrEmpty(container.ImagePullPolicy) ? container.ImagePullPolicy : TagOf(container.Image ?? "") == "latest" ? Always : IfNotPresent;

    /// <summary>The reference with its tag written out: an engine that is asked for a name without one pulls every tag.</summary>
    public static string WithTag(string image) => image.Contains('@', StringComparison.Ordinal) || HasTag(image) ? image : image + ":latest";

    private static string? TagOf(string image) =>
        image.Contains('@', StringComparison.Ordinal) ? null : HasTag(image) ? image[(image.LastIndexOf(':') + 1)..] : "latest";

    /// <summary>A colon after the last slash is a tag's; before it, a registry's port's.</summary>
    private static bool HasTag(string image) => image.LastIndexOf(':') > image.LastIndexOf('/');
}
