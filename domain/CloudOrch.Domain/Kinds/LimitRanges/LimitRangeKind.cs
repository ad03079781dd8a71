using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.LimitRanges;

public sealed class LimitRangeKind : KindDefinition<LimitRange>
{
    public override ResourceType Type => ResourceTypes.LimitRanges;
    public override string Kind => "LimitRange";
    public override string Singular => "limitrange";
    public override IReadOnlyList<string> ShortNames => ["limits"];
    public override string? NotActedOn => OnlyStored("it limits nothing and gives no defaults");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.CreatedAt,
    ];

    protected override LimitRange Default(LimitRange value) => value with
    {
        Spec = value.Spec with { Limits = value.Spec.Limits.Select(Default).ToValueList() },
    };

    protected override IEnumerable<FieldError> Validate(LimitRange value) => LimitRangeRules.Validate(value.Spec);

    /// <summary>For containers: the limit is the maximum, and the request is the limit or else the minimum, where nothing else is said.</summary>
    private static LimitRangeItem Default(LimitRangeItem item)
    {
        if (item.Type != "Container")
            return item;
        var limits = Over(item.Max, item.Default);
        return item with { Default = limits, DefaultRequest = Over(item.Min, Over(limits, item.DefaultRequest)) };
    }

    private static ValueMap<Quantity>? Over(ValueMap<Quantity>? below, ValueMap<Quantity>? above) => below is null || above is null
        ? above ?? below : below.Concat(above).ToValueMap();
}
