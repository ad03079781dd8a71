using System.Security.Cryptography;
using System.Text.Json;
using CloudOrch.Local.Certificates;

namespace CloudOrch.Local.Broker;

/// <summary>The namespace's policies with their keys, kept in a directory as <c>rules.json</c>: made once, random, readable by the owner only.</summary>
public static class BrokerKeys
{
    /// <summary>May do everything: for the control plane.</summary>
    public const string ManageRule = "RootManageSharedAccessKey";

    /// <summary>Listen only: signs the nodes' tokens.</summary>
    public const string NodesRule = "nodes";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Safe when two processes do it at once.</summary>
    public static IReadOnlyList<AccessRule> OpenOrCreate(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, "rules.json");
        if (!File.Exists(path))
        {
            AccessRule[] made = [new(ManageRule, NewKey(), null, BrokerRights.Manage), new(NodesRule, NewKey(), null, BrokerRights.Listen)];
            string temporary = $"{path}.{Environment.ProcessId}";
            LocalAuthority.WriteSecret(temporary, JsonSerializer.Serialize(made, Json));
            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);   // another process was first; its keys count
            }
        }

        return JsonSerializer.Deserialize<List<AccessRule>>(File.ReadAllText(path), Json) ?? [];
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
