using System.Text;
using System.Text.Json;

namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>What came of reading a protobuf body.</summary>
public abstract record ProtobufOutcome
{
    private ProtobufOutcome() { }

    /// <param name="Json">The same object as JSON, kind and apiVersion included.</param>
    public sealed record Converted(byte[] Json, string ApiVersion, string Kind) : ProtobufOutcome;

    /// <param name="Code">400 (not such a message) or 415 (a kind without a description).</param>
    public sealed record Refused(int Code, string Message) : ProtobufOutcome;
}

/// <summary>Bodies of type <c>application/vnd.kubernetes.protobuf</c>, which kubectl sends since 1.32: read as JSON, so that everything after sees one form.</summary>
/// <remarks>The envelope is <c>k8s\0</c> and runtime.Unknown {typeMeta = 1 {apiVersion = 1, kind = 2}, raw = 2}.</remarks>
public static class KubernetesProtobuf
{
    private static readonly ProtoDescription Description = new(
        MetaMessages.Text, PodMessages.Text, VolumeMessages.Text, SchedulingMessages.Text, KindMessages.Text,
        CoreMessages.Text, StorageMessages.Text, StorageSystemMessages.Text, ReviewMessages.Text, WorkloadMessages.Text, ClusterMessages.Text, RbacMessages.Text);
    private static readonly ProtoDecoder Decoder = new(Description);

    internal static ProtoDescription Messages => Description;

    public static bool IsEnvelope(ReadOnlySpan<byte> body) => body.StartsWith("k8s\0"u8);

    public static ProtobufOutcome ToJson(ReadOnlySpan<byte> body)
    {
        if (!IsEnvelope(body))
            return new ProtobufOutcome.Refused(400, "the body is not Kubernetes protobuf: it does not start with \"k8s\\0\"");
        try
        {
            var envelope = Open(body[4..]);
            var (apiVersion, kind) = (envelope.ApiVersion, envelope.Kind);
            if (!KindMessages.Kinds.TryGetValue((VersionOf(apiVersion, kind), kind), out string? message))
                return new ProtobufOutcome.Refused(415, $"{kind} of {apiVersion} cannot be read as protobuf here; send it as application/json");
            var json = Decoder.Decode(message, envelope.Raw);
            json["kind"] = kind;
            json["apiVersion"] = apiVersion;
            return new ProtobufOutcome.Converted(JsonSerializer.SerializeToUtf8Bytes(json, KubeJson.Options), apiVersion, kind);
        }
        catch (ProtobufException e)
        {
            return new ProtobufOutcome.Refused(400, $"the body is not a valid protobuf message: {e.Message}");
        }
    }

    /// <summary>DeleteOptions comes in every group's version.</summary>
    private static string VersionOf(string apiVersion, string kind) => kind == "DeleteOptions" ? "v1" : apiVersion;

    private static Envelope Open(ReadOnlySpan<byte> unknown)
    {
        var envelope = default(Envelope);
        (envelope.ApiVersion, envelope.Kind) = ("", "");
        var reader = new ProtoReader(unknown);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var meta = new ProtoReader(reader.Bytes);
                while (meta.Next())
                {
                    if (meta.Field == 1)
                        envelope.ApiVersion = Encoding.UTF8.GetString(meta.Bytes);
                    else if (meta.Field == 2)
                        envelope.Kind = Encoding.UTF8.GetString(meta.Bytes);
                }
            }
            else if (reader.Field == 2)
                envelope.Raw = reader.Bytes;
        }
        return envelope;
    }

    private ref struct Envelope
    {
        public string ApiVersion;
        public string Kind;
        public ReadOnlySpan<byte> Raw;
    }
}
