using System.Text;
using System.Text.Json;

namespace CloudOrch.ControlPlane.Serving.Management;

/// <summary>A kubeconfig for a cluster, as JSON (which is YAML): the server's address under the cluster's path, and kubelogin for the tenant's tokens.</summary>
public static class Kubeconfig
{
    public static byte[] Write(ManagementCall call, ServingOptions options)
    {
        var (name, request) = (call.Route.Name, call.Http.Request);
        string origin = options.PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
        var cluster = new Dictionary<string, string> { ["server"] = $"{origin}/clusters/{name}" };
        if (options.CertificateAuthority is { Length: > 0 } authority)
            cluster["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
        var exec = new Dictionary<string, object>
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1beta1",
            ["command"] = "kubelogin",
            ["args"] = new[] { "get-token", "--login", "devicecode", "--tenant-id", call.User.TenantId, "--server-id", options.ApiClientId },
            ["interactiveMode"] = "IfAvailable",
            ["installHint"] = "kubelogin gets tokens of Entra ID: https://azure.github.io/kubelogin",
        };
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = new[] { new { name, cluster } },
            ["users"] = new[] { new { name = "entra", user = new { exec } } },
            ["contexts"] = new[] { new { name, context = new { cluster = name, user = "entra" } } },
            ["current-context"] = name,
        });
    }
}
