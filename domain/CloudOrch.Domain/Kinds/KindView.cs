using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds;

/// <summary>One more version in which the objects of a stored kind are served: the same objects, read and written in another form.</summary>
/// <remarks>
/// Whatever reads or writes JSON of clients asks the version that they use; between that and storage objects have the stored form only.
/// Law: to store what is shown changes nothing.
/// </remarks>
public abstract class KindView(KindDefinition stored) : KindDefinition
{
    public override KindDefinition Stored => stored;
    public override ResourceType Type => stored.Type;
    public override string Kind => stored.Kind;
    public override string Singular => stored.Singular;
    public override IReadOnlyList<string> ShortNames => stored.ShortNames;
    public override IReadOnlyList<string> Categories => stored.Categories;
    public override bool Namespaced => stored.Namespaced;
    public override bool OfTenant => stored.OfTenant;
    public override IReadOnlyList<string> Verbs => stored.Verbs;
    public override IReadOnlyList<string> Subresources => stored.Subresources;
    public override string? NotActedOn => stored.NotActedOn;
    public override IReadOnlyList<PrinterColumn> Columns => stored.Columns;
    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields => stored.SelectableFields;

    public override KubeObject Default(KubeObject value) => stored.Default(value);

    public override KubeObject PrepareForCreate(KubeObject value, DateTimeOffset now) => stored.PrepareForCreate(value, now);

    public override KubeObject PrepareForUpdate(KubeObject old, KubeObject value) => stored.PrepareForUpdate(old, value);

    public override KubeObject PrepareForStatusUpdate(KubeObject old, KubeObject value) => stored.PrepareForStatusUpdate(old, value);

    public override IEnumerable<FieldError> Validate(KubeObject value) => stored.Validate(value);

    public override IEnumerable<FieldError> ValidateUpdate(KubeObject old, KubeObject value) => stored.ValidateUpdate(old, value);
}

/// <summary>The typed form that views derive from: a pair of pure functions between what is shown and what is stored.</summary>
public abstract class KindView<TView, TStored>(KindDefinition stored) : KindView(stored)
    where TView : KubeObject
    where TStored : KubeObject
{
    public override Type ClrType => typeof(TView);

    public override KubeObject Read(ReadOnlySpan<byte> json) => ToStored(KubeJson.Read<TView>(json));

    public override byte[] Write(KubeObject value) => KubeJson.Write(Show((TStored)value) with { Kind = Kind, ApiVersion = ApiVersion });

    public override KubeObject ToStored(KubeObject body) => Store((TView)body) with { Kind = Stored.Kind, ApiVersion = Stored.ApiVersion };

    /// <summary>What this version says of a stored object.</summary>
    protected abstract TView Show(TStored value);

    /// <summary>The stored object that a document of this version means.</summary>
    protected abstract TStored Store(TView value);
}
