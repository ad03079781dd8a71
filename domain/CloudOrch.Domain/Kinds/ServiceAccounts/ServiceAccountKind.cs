using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.ServiceAccounts;

public sealed class ServiceAccountKind : KindDefinition<ServiceAccount>
{
    public override ResourceType Type => ResourceTypes.ServiceAccounts;
    public override string Kind => "ServiceAccount";
    public override string Singular => "serviceaccount";
    public override IReadOnlyList<string> ShortNames => ["sa"];
    public override IReadOnlyList<string> Subresources => ["token"];
    public override string? NotActedOn => OnlyStored("no pod gets a token of it, and RoleBindings give it no rights");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<ServiceAccount>("Secrets", "Number of secrets that its pods may use.", a => a.Secrets?.Count ?? 0),
        Print.Age,
    ];
}
