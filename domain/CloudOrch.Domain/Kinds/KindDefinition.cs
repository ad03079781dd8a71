using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds;

/// <summary>What a request got wrong in one field. <c>Field</c> is a path such as <c>spec.template.spec.containers[0].image</c>.</summary>
/// <param name="Reason">One of Kubernetes' cause reasons: FieldValueRequired, FieldValueInvalid, FieldValueNotSupported, FieldValueForbidden, FieldValueDuplicate, FieldValueNotFound, FieldValueTooLong, FieldValueTooMany.</param>
/// <param name="Message">Names the value and the remedy, not the field: <c>Invalid value: -1: must be greater than or equal to 0</c>.</param>
public sealed record FieldError(string Field, string Reason, string Message);

/// <summary>A column of kubectl's table. <c>Priority</c> 1 shows with <c>-o wide</c> only; <c>Type</c> is string, integer or date.</summary>
public sealed record PrinterColumn(string Name, string Type, string Description, int Priority, Func<KubeObject, DateTimeOffset, object?> Value, string Format = "");

/// <summary>Everything about one kind that the API needs: names, rules, printing. Routes, discovery, storage and permission names derive from it.</summary>
/// <remarks>Rules are pure: time comes in as an argument.</remarks>
public abstract class KindDefinition
{
    public abstract ResourceType Type { get; }
    public virtual string Version => "v1";
    public abstract string Kind { get; }
    public abstract string Singular { get; }
    public virtual IReadOnlyList<string> ShortNames => [];
    public virtual IReadOnlyList<string> Categories => [];
    public virtual bool Namespaced => true;
    /// <summary>Lives in a tenant, outside every cluster: served without the prefix <c>/clusters/{cluster}</c>.</summary>
    public virtual bool OfTenant => false;
    /// <summary>Verbs that clients may use, as discovery lists them.</summary>
    public virtual IReadOnlyList<string> Verbs => ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    /// <summary>status, scale, log, eviction, …</summary>
    public virtual IReadOnlyList<string> Subresources => [];
    /// <summary>One sentence for who writes an object that is stored but that nothing acts on yet; null for a kind that is acted on.</summary>
    public virtual string? NotActedOn => null;
    /// <summary>The record that bodies in this version are read as.</summary>
    public abstract Type ClrType { get; }
    /// <summary>The version in which the objects are stored, checked and planned with: this one, unless it is a <see cref="KindView"/>.</summary>
    public virtual KindDefinition Stored => this;
    public string ApiVersion => Type.Group.Length == 0 ? Version : $"{Type.Group}/{Version}";
    public abstract IReadOnlyList<PrinterColumn> Columns { get; }

    /// <summary>Fields that a <c>fieldSelector</c> may name, beside metadata.name and metadata.namespace.</summary>
    public virtual IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>();

    /// <param name="consequence">What an author might expect in vain.</param>
    protected string OnlyStored(string consequence) => $"{Kind} is stored, but nothing acts on it yet: {consequence}";

    /// <returns>The object as it is stored.</returns>
    public abstract KubeObject Read(ReadOnlySpan<byte> json);
    /// <param name="value">As it is stored.</param>
    public abstract byte[] Write(KubeObject value);
    /// <summary>The stored object that a body of this version means.</summary>
    /// <param name="body">Of <see cref="ClrType"/>.</param>
    public virtual KubeObject ToStored(KubeObject body) => body;
    public abstract KubeObject Default(KubeObject value);
    public abstract KubeObject PrepareForCreate(KubeObject value, DateTimeOffset now);
    /// <summary>Keeps what a writer of the spec may not change (status) and raises generation when the spec differs.</summary>
    public abstract KubeObject PrepareForUpdate(KubeObject old, KubeObject value);
    /// <summary>Takes only the status from <paramref name="value"/>; everything else stays <paramref name="old"/>'s.</summary>
    public abstract KubeObject PrepareForStatusUpdate(KubeObject old, KubeObject value);
    public abstract IEnumerable<FieldError> Validate(KubeObject value);
    public abstract IEnumerable<FieldError> ValidateUpdate(KubeObject old, KubeObject value);
}

/// <summary>The typed form that kinds derive from; every member has the default that most kinds want.</summary>
/// <remarks>The rules for metadata apply to every kind here: a kind adds its own. A caller checks an update with both Validate and ValidateUpdate.</remarks>
public abstract class KindDefinition<T> : KindDefinition where T : KubeObject
{
    public override Type ClrType => typeof(T);

    /// <summary>Whether <c>metadata.generation</c> counts the changes of the desired state.</summary>
    protected virtual bool HasGeneration => false;

    /// <summary>The problems of a name; none means that it is valid.</summary>
    protected virtual IEnumerable<string> NameProblems(string name) => Names.Subdomain(name);

    /// <summary>Whether an update asks for another state, so that generation rises.</summary>
    protected virtual bool DesiresOther(T old, T value) => false;

    public override KubeObject Read(ReadOnlySpan<byte> json) => KubeJson.Read<T>(json);

    public override byte[] Write(KubeObject value) => KubeJson.Write((T)value);

    public override KubeObject Default(KubeObject value) => Default((T)value) with { Kind = Kind, ApiVersion = ApiVersion };

    /// <remarks>The caller sets uid, and the name when only generateName is given.</remarks>
    public override KubeObject PrepareForCreate(KubeObject value, DateTimeOffset now)
    {
        var prepared = PrepareForCreate((T)value, now);
        return prepared with
        {
            Metadata = prepared.Metadata with
            {
                ResourceVersion = null,
                SelfLink = null,
                CreationTimestamp = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero),
                DeletionTimestamp = null,
                DeletionGracePeriodSeconds = null,
                Generation = HasGeneration ? 1 : null,
            },
        };
    }

    public override KubeObject PrepareForUpdate(KubeObject old, KubeObject value)
    {
        var prepared = PrepareForUpdate((T)old, (T)(value with { Metadata = MetadataRules.Complete(old.Metadata, value.Metadata) }));
        return HasGeneration && DesiresOther((T)old, prepared)
            ? prepared with { Metadata = prepared.Metadata with { Generation = (old.Metadata.Generation ?? 0) + 1 } }
            : prepared;
    }

    public override KubeObject PrepareForStatusUpdate(KubeObject old, KubeObject value) => PrepareForStatusUpdate((T)old, (T)value);

    public override IEnumerable<FieldError> Validate(KubeObject value) =>
        [.. MetadataRules.Validate(value.Metadata, Namespaced, NameProblems), .. Validate((T)value)];

    public override IEnumerable<FieldError> ValidateUpdate(KubeObject old, KubeObject value) =>
        [.. MetadataRules.ValidateUpdate(old.Metadata, value.Metadata), .. ValidateUpdate((T)old, (T)value)];

    protected virtual T Default(T value) => value;
    protected virtual T PrepareForCreate(T value, DateTimeOffset now) => value;
    protected virtual T PrepareForUpdate(T old, T value) => value;
    protected virtual T PrepareForStatusUpdate(T old, T value) => old;
    protected virtual IEnumerable<FieldError> Validate(T value) => [];
    protected virtual IEnumerable<FieldError> ValidateUpdate(T old, T value) => [];
}
