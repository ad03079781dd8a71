using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Rules;

/// <summary>What an object's own schema calls required and the object lacks; for types that have no rules of their own.</summary>
internal static class RequiredFields
{
    public static IEnumerable<FieldError> Missing(string field, ApiType value) =>
        ApiSchema.Of(value.GetType()).Fields.Values
            .Where(f => f.IsRequired && f.Property.GetValue(value) is null or "" or ValueList<string> { Count: 0 })
            .Select(f => Refuse.Required($"{field}.{f.Name}"));
}
