using System.Text;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Rules;

/// <summary>What holds for the metadata of every kind (k8s.io/apimachinery/pkg/api/validation/objectmeta.go).</summary>
public static class MetadataRules
{
    /// <summary>Bytes of all annotations of an object together.</summary>
    public const int AnnotationLimit = 256 * 1024;

    public static IEnumerable<FieldError> Validate(ObjectMeta metadata, bool namespaced, Func<string, IEnumerable<string>> nameRule)
    {
        if (metadata.GenerateName is { Length: > 0 } prefix)
        {
            // A prefix may end in a dash: the suffix follows it.
            foreach (string problem in nameRule(prefix.EndsWith('-') ? prefix[..^1] + "a" : prefix))
                yield return Refuse.Invalid("metadata.generateName", prefix, problem);
        }
        if (string.IsNullOrEmpty(metadata.Name))
        {
            if (string.IsNullOrEmpty(metadata.GenerateName))
                yield return Refuse.Required("metadata.name", "name or generateName is required");
        }
        else
        {
            foreach (string problem in nameRule(metadata.Name))
                yield return Refuse.Invalid("metadata.name", metadata.Name, problem);
        }
        if (namespaced)
        {
            if (string.IsNullOrEmpty(metadata.Namespace))
                yield return Refuse.Required("metadata.namespace");
            else
            {
                foreach (string problem in Names.Label(metadata.Namespace))
                    yield return Refuse.Invalid("metadata.namespace", metadata.Namespace, problem);
            }
        }
        else if (!string.IsNullOrEmpty(metadata.Namespace))
            yield return Refuse.Forbidden("metadata.namespace", "not allowed on this type");
        foreach (var error in Labels("metadata.labels", metadata.Labels).Concat(Annotations("metadata.annotations", metadata.Annotations))
            .Concat(Owners(metadata)).Concat(Finalizers(metadata)))
            yield return error;
    }

    public static IEnumerable<FieldError> ValidateUpdate(ObjectMeta old, ObjectMeta value)
    {
        if (value.Name != old.Name)
            yield return Refuse.Immutable("metadata.name", value.Name);
        if ((value.Namespace ?? "") != (old.Namespace ?? ""))
            yield return Refuse.Immutable("metadata.namespace", value.Namespace);
        if (value.Uid != old.Uid)
            yield return Refuse.Immutable("metadata.uid", value.Uid);
        if (value.CreationTimestamp != old.CreationTimestamp)
            yield return Refuse.Immutable("metadata.creationTimestamp", value.CreationTimestamp);
        if (value.DeletionTimestamp != old.DeletionTimestamp)
            yield return Refuse.Immutable("metadata.deletionTimestamp", value.DeletionTimestamp);
        if (value.DeletionGracePeriodSeconds != old.DeletionGracePeriodSeconds)
            yield return Refuse.Immutable("metadata.deletionGracePeriodSeconds", value.DeletionGracePeriodSeconds);
        if (old.DeletionTimestamp is not null
            && (value.Finalizers ?? []).Except(old.Finalizers ?? []).ToArray() is { Length: > 0 } added)
            yield return Refuse.Forbidden("metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers {string.Join(", ", added)}");
    }

    /// <summary>What a client leaves out of the system's fields stays as it was; what it says differently is refused by <see cref="ValidateUpdate"/>.</summary>
    public static ObjectMeta Complete(ObjectMeta old, ObjectMeta value) => value with
    {
        Name = string.IsNullOrEmpty(value.Name) ? old.Name : value.Name,
        Namespace = string.IsNullOrEmpty(value.Namespace) ? old.Namespace : value.Namespace,
        Uid = string.IsNullOrEmpty(value.Uid) ? old.Uid : value.Uid,
        GenerateName = value.GenerateName ?? old.GenerateName,
        SelfLink = null,
        CreationTimestamp = value.CreationTimestamp ?? old.CreationTimestamp,
        DeletionTimestamp = value.DeletionTimestamp ?? old.DeletionTimestamp,
        DeletionGracePeriodSeconds = value.DeletionGracePeriodSeconds ?? old.DeletionGracePeriodSeconds,
        Generation = old.Generation,
    };

    public static IEnumerable<FieldError> Labels(string field, ValueMap<string>? labels)
    {
        foreach (var (key, value) in labels ?? ValueMap<string>.Empty)
        {
            foreach (string problem in Names.Qualified(key))
                yield return Refuse.Invalid(field, key, problem);
            foreach (string problem in Names.LabelValue(value))
                yield return Refuse.Invalid(field, value, problem);
        }
    }

    public static IEnumerable<FieldError> Annotations(string field, ValueMap<string>? annotations)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? ValueMap<string>.Empty)
        {
            foreach (string problem in Names.Qualified(key.ToLowerInvariant()))
                yield return Refuse.Invalid(field, key, problem);
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }
        if (size > AnnotationLimit)
            yield return Refuse.TooLong(field, AnnotationLimit);
    }

    private static IEnumerable<FieldError> Owners(ObjectMeta metadata)
    {
        var owners = metadata.OwnerReferences ?? [];
        for (int i = 0; i < owners.Count; i++)
        {
            string field = $"metadata.ownerReferences[{i}]";
            if (owners[i].ApiVersion.Length == 0)
                yield return Refuse.Invalid($"{field}.apiVersion", owners[i].ApiVersion, "version must not be empty");
            if (owners[i].Kind.Length == 0)
                yield return Refuse.Invalid($"{field}.kind", owners[i].Kind, "must not be empty");
            if (owners[i].Name.Length == 0)
                yield return Refuse.Invalid($"{field}.name", owners[i].Name, "must not be empty");
            if (owners[i].Uid.Length == 0)
                yield return Refuse.Invalid($"{field}.uid", owners[i].Uid, "must not be empty");
        }
        string[] controllers = [.. owners.Where(o => o.Controller == true).Select(o => $"{o.Kind} {o.Name}")];
        if (controllers.Length > 1)
            yield return Refuse.Invalid("metadata.ownerReferences", controllers, $"Only one reference can have Controller set to true. Found \"true\" in references for {controllers[0]} and {controllers[1]}");
    }

    private static IEnumerable<FieldError> Finalizers(ObjectMeta metadata)
    {
        foreach (string finalizer in metadata.Finalizers ?? [])
        {
            foreach (string problem in Names.Qualified(finalizer))
                yield return Refuse.Invalid("metadata.finalizers", finalizer, problem);
        }
        if (metadata.Finalizers is { } all && all.Contains("orphan") && all.Contains("foregroundDeletion"))
            yield return Refuse.Invalid("metadata.finalizers", all, "finalizer orphan and finalizer foregroundDeletion cannot be both set");
    }
}
