using Microsoft.Extensions.Configuration;

namespace CloudOrch.Azure.ServiceBus;

/// <summary>Where the namespace is and how its nodes are let in.</summary>
/// <param name="ConnectionString">Setting <c>ServiceBus</c>, as the trigger reads it; null where an identity is used instead.</param>
/// <param name="FullyQualifiedNamespace">Setting <c>ServiceBus:fullyQualifiedNamespace</c>; used when there is no connection string.</param>
/// <param name="NodeHost">Setting <c>NodeQueues:Host</c>: host, and port if not 443, by which nodes reach the namespace.</param>
/// <param name="NodeRuleName">Setting <c>NodeQueues:RuleName</c>: a rule of the namespace that has Listen only.</param>
/// <param name="NodeRuleKey">Setting <c>NodeQueues:RuleKey</c>: its key. Secret.</param>
public sealed record ServiceBusSettings(string? ConnectionString, string? FullyQualifiedNamespace, string NodeHost, string NodeRuleName, string NodeRuleKey)
{
    /// <exception cref="InvalidOperationException">A setting is missing; the message names it.</exception>
    public static ServiceBusSettings From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        string? connection = configuration["ServiceBus"], name = configuration["ServiceBus:fullyQualifiedNamespace"];
        if (string.IsNullOrEmpty(connection) && string.IsNullOrEmpty(name))
            throw new InvalidOperationException("neither ServiceBus (a connection string) nor ServiceBus:fullyQualifiedNamespace is set");
        return new ServiceBusSettings(
            string.IsNullOrEmpty(connection) ? null : connection.Trim(),
            name,
            Required(configuration, "NodeQueues:Host"),
            configuration["NodeQueues:RuleName"] ?? "nodes",
            Required(configuration, "NodeQueues:RuleKey"));
    }

    /// <remarks>A record would print the secrets.</remarks>
    public override string ToString() => $"ServiceBusSettings {{ {FullyQualifiedNamespace ?? "connection string"}, nodes by {NodeHost} }}";

    private static string Required(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } value ? value : throw new InvalidOperationException($"{name} is not set");
}
