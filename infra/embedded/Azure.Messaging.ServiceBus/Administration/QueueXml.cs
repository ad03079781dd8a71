#nullable enable
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Azure.Messaging.ServiceBus.Administration;

/// <summary>Queues as the management protocol's Atom entries write them.</summary>
internal static class QueueXml
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Bus = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
    private static readonly XNamespace Details = "http://schemas.microsoft.com/netservices/2011/06/servicebus";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <remarks>The service wants the elements in this order.</remarks>
    public static string Write(CreateQueueOptions q) =>
        new XElement(Atom + "entry",
            new XElement(Atom + "content", new XAttribute("type", "application/xml"),
                new XElement(Bus + "QueueDescription", new XAttribute(XNamespace.Xmlns + "i", Instance.NamespaceName),
                    Element("LockDuration", XmlConvert.ToString(q.LockDuration)),
                    Element("MaxSizeInMegabytes", q.MaxSizeInMegabytes),
                    Element("RequiresSession", q.RequiresSession),
                    q.DefaultMessageTimeToLive == TimeSpan.MaxValue ? null : Element("DefaultMessageTimeToLive", XmlConvert.ToString(q.DefaultMessageTimeToLive)),
                    Element("DeadLetteringOnMessageExpiration", q.DeadLetteringOnMessageExpiration),
                    Element("MaxDeliveryCount", q.MaxDeliveryCount),
                    q.AuthorizationRules.Count == 0 ? null : Element("AuthorizationRules", [.. q.AuthorizationRules.OfType<SharedAccessAuthorizationRule>().Select(WriteRule)]),
                    string.IsNullOrWhiteSpace(q.UserMetadata) ? null : Element("UserMetadata", q.UserMetadata))))
            .ToString(SaveOptions.DisableFormatting);

    /// <summary>Null when the answer is not an entry: the service answers a missing queue with an empty feed.</summary>
    public static XElement? Find(BinaryData body) => XDocument.Parse(body.ToString()).Root is { } root && root.Name == Atom + "entry" ? root : null;

    public static QueueProperties ReadProperties(XElement entry)
    {
        var queue = Queue(entry);
        var properties = new QueueProperties(entry.Element(Atom + "title")!.Value)
        {
            LockDuration = XmlConvert.ToTimeSpan(Text(queue, "LockDuration", "PT1M")),
            RequiresSession = bool.Parse(Text(queue, "RequiresSession", "false")),
            DefaultMessageTimeToLive = XmlConvert.ToTimeSpan(Text(queue, "DefaultMessageTimeToLive", XmlConvert.ToString(TimeSpan.MaxValue))),
            DeadLetteringOnMessageExpiration = bool.Parse(Text(queue, "DeadLetteringOnMessageExpiration", "false")),
            MaxDeliveryCount = int.Parse(Text(queue, "MaxDeliveryCount", "10"), CultureInfo.InvariantCulture),
            MaxSizeInMegabytes = long.Parse(Text(queue, "MaxSizeInMegabytes", "1024"), CultureInfo.InvariantCulture),
            UserMetadata = (string?)queue.Element(Bus + "UserMetadata"),
        };
        properties.AuthorizationRules.AddRange(queue.Elements(Bus + "AuthorizationRules").Elements(Bus + "AuthorizationRule").Select(ReadRule));
        return properties;
    }

    public static QueueRuntimeProperties ReadRuntime(XElement entry)
    {
        var queue = Queue(entry);
        return new QueueRuntimeProperties(entry.Element(Atom + "title")!.Value)
        {
            TotalMessageCount = long.Parse(Text(queue, "MessageCount", "0"), CultureInfo.InvariantCulture),
            ActiveMessageCount = Count(queue, "ActiveMessageCount"),
            DeadLetterMessageCount = Count(queue, "DeadLetterMessageCount"),
            ScheduledMessageCount = Count(queue, "ScheduledMessageCount"),
            SizeInBytes = long.Parse(Text(queue, "SizeInBytes", "0"), CultureInfo.InvariantCulture),
            CreatedAt = Time(queue, "CreatedAt"),
            UpdatedAt = Time(queue, "UpdatedAt"),
            AccessedAt = Time(queue, "AccessedAt"),
        };
    }

    private static XElement Queue(XElement entry) => entry.Descendants(Bus + "QueueDescription").Single();

    private static XElement Element(string name, params object?[] content) => new(Bus + name, content);

    private static string Text(XElement queue, string name, string otherwise) => (string?)queue.Element(Bus + name) ?? otherwise;

    private static long Count(XElement queue, string name) =>
        (long?)queue.Elements(Bus + "CountDetails").Elements(Details + name).FirstOrDefault() ?? 0;

    private static DateTimeOffset Time(XElement queue, string name) =>
        queue.Element(Bus + name) is { } at ? DateTimeOffset.Parse(at.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : default;

    private static XElement WriteRule(SharedAccessAuthorizationRule rule) =>
        Element("AuthorizationRule",
            new XAttribute(Instance + "type", nameof(SharedAccessAuthorizationRule)),
            Element("ClaimType", rule.ClaimType),
            Element("ClaimValue", "None"),
            Element("Rights", [.. rule.Rights.Select(r => Element("AccessRights", r.ToString()))]),
            Element("KeyName", rule.KeyName),
            Element("PrimaryKey", rule.PrimaryKey),
            Element("SecondaryKey", rule.SecondaryKey));

    private static SharedAccessAuthorizationRule ReadRule(XElement rule) => new(
        rule.Element(Bus + "KeyName")!.Value,
        (string?)rule.Element(Bus + "PrimaryKey"),
        (string?)rule.Element(Bus + "SecondaryKey"),
        rule.Elements(Bus + "Rights").Elements(Bus + "AccessRights").Select(r => Enum.Parse<AccessRights>(r.Value)));
}
