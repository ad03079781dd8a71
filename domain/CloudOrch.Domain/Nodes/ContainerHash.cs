using System.Security.Cryptography;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Nodes;

/// <summary>What a container was made from, in 16 hex digits: when the pod's spec says something else later, the container is replaced.</summary>
public static class ContainerHash
{
    public static string Of(Container container) => Convert.ToHexStringLower(SHA256.HashData(KubeJson.Write(container)).AsSpan(0, 8));
}
