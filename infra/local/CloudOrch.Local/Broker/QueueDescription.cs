using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace CloudOrch.Local.Broker;

/// <summary>A queue as the management protocol's Atom entry writes it (contract schema 2010/10).</summary>
internal static class QueueDescription
{
    public static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Bus = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
    private static readonly XNamespace Details = "http://schemas.microsoft.com/netservices/2011/06/servicebus";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <exception cref="FormatException">An element holds what it may not.</exception>
    public static QueueSettings Read(string name, XDocument entry)
    {
        var queue = entry.Descendants(Bus + "QueueDescription").FirstOrDefault() ?? throw new FormatException("no QueueDescription");
        var defaults = new QueueSettings(name);
        return defaults with
        {
            LockDuration = Span(queue, "LockDuration") ?? defaults.LockDuration,
            RequiresSession = (bool?)queue.Element(Bus + "RequiresSession") ?? false,
            MaxDeliveryCount = (int?)queue.Element(Bus + "MaxDeliveryCount") ?? defaults.MaxDeliveryCount,
            DefaultTimeToLive = Span(queue, "DefaultMessageTimeToLive") ?? defaults.DefaultTimeToLive,
            DeadLetterExpired = (bool?)queue.Element(Bus + "DeadLetteringOnMessageExpiration") ?? false,
            MaxSizeInMegabytes = (long?)queue.Element(Bus + "MaxSizeInMegabytes") ?? defaults.MaxSizeInMegabytes,
            UserMetadata = (string?)queue.Element(Bus + "UserMetadata"),
            Rules = [.. queue.Elements(Bus + "AuthorizationRules").Elements(Bus + "AuthorizationRule").Select(ReadRule)],
        };
    }

    public static XElement Write(QueueSettings q, (long Active, long Scheduled, long Bytes) count, long deadLetters) =>
        new(Atom + "entry",
            new XElement(Atom + "title", new XAttribute("type", "text"), q.Name),
            new XElement(Atom + "content", new XAttribute("type", "application/xml"),
                new XElement(Bus + "QueueDescription", new XAttribute(XNamespace.Xmlns + "i", Instance.NamespaceName),
                    Element("LockDuration", XmlConvert.ToString(q.LockDuration)),
                    Element("MaxSizeInMegabytes", q.MaxSizeInMegabytes),
                    Element("RequiresDuplicateDetection", false),
                    Element("RequiresSession", q.RequiresSession),
                    Element("DefaultMessageTimeToLive", XmlConvert.ToString(q.DefaultTimeToLive)),
                    Element("DeadLetteringOnMessageExpiration", q.DeadLetterExpired),
                    Element("DuplicateDetectionHistoryTimeWindow", "PT10M"),
                    Element("MaxDeliveryCount", q.MaxDeliveryCount),
                    Element("EnableBatchedOperations", true),
                    Element("SizeInBytes", count.Bytes),
                    Element("MessageCount", count.Active + count.Scheduled + deadLetters),
                    Element("AuthorizationRules", q.Rules.Select(WriteRule).ToArray<object>()),
                    Element("Status", "Active"),
                    Element("CreatedAt", Time(q.CreatedAt)),
                    Element("UpdatedAt", Time(q.CreatedAt)),
                    Element("AccessedAt", Time(q.CreatedAt)),
                    q.UserMetadata is { } metadata ? Element("UserMetadata", metadata) : null,
                    new XElement(Bus + "CountDetails", new XAttribute(XNamespace.Xmlns + "d2p1", Details.NamespaceName),
                        new XElement(Details + "ActiveMessageCount", count.Active),
                        new XElement(Details + "DeadLetterMessageCount", deadLetters),
                        new XElement(Details + "ScheduledMessageCount", count.Scheduled),
                        new XElement(Details + "TransferMessageCount", 0),
                        new XElement(Details + "TransferDeadLetterMessageCount", 0)),
                    Element("AutoDeleteOnIdle", XmlConvert.ToString(TimeSpan.MaxValue)),
                    Element("EnablePartitioning", false))));

    private static XElement Element(string name, params object[] content) => new(Bus + name, content);

    private static TimeSpan? Span(XElement queue, string name) => queue.Element(Bus + name) is { } e ? XmlConvert.ToTimeSpan(e.Value) : null;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static AccessRule ReadRule(XElement rule)
    {
        var rights = rule.Elements(Bus + "Rights").Elements(Bus + "AccessRights")
            .Aggregate(BrokerRights.None, (sum, right) => sum | Enum.Parse<BrokerRights>(right.Value));
        return new AccessRule(
            (string?)rule.Element(Bus + "KeyName") ?? throw new FormatException("a rule without KeyName"),
            (string?)rule.Element(Bus + "PrimaryKey") ?? throw new FormatException("a rule without PrimaryKey"),
            (string?)rule.Element(Bus + "SecondaryKey"),
            rights);
    }

    private static XElement WriteRule(AccessRule rule) =>
        Element("AuthorizationRule",
            new XAttribute(Instance + "type", "SharedAccessAuthorizationRule"),
            Element("ClaimType", "SharedAccessKey"),
            Element("ClaimValue", "None"),
            Element("Rights", new[] { BrokerRights.Manage, BrokerRights.Send, BrokerRights.Listen }
                .Where(r => (rule.Rights & r) == r).Select(r => (object)Element("AccessRights", r.ToString())).ToArray()),
            Element("KeyName", rule.Name),
            Element("PrimaryKey", rule.PrimaryKey),
            rule.SecondaryKey is { } second ? [Element("SecondaryKey", second)] : Array.Empty<object>());
}
