using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.PodTemplates;

public sealed class PodTemplateKind : KindDefinition<PodTemplate>
{
    public override ResourceType Type => ResourceTypes.PodTemplates;
    public override string Kind => "PodTemplate";
    public override string Singular => "podtemplate";
    public override string? NotActedOn => OnlyStored("no pod is made from it");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<PodTemplate>("Containers", "Names of the containers.", t => Print.ContainerNames(t.Template.Spec)),
        Print.Of<PodTemplate>("Images", "Images of the containers.", t => Print.Images(t.Template.Spec)),
        Print.Of<PodTemplate>("Pod Labels", "Labels of its pods.", t => Print.Labels(t.Template.Metadata.Labels)),
    ];

    protected override PodTemplate Default(PodTemplate value) => value with { Template = PodDefaults.Of(value.Template) };

    protected override bool DesiresOther(PodTemplate old, PodTemplate value) => old.Template != value.Template;

    protected override IEnumerable<FieldError> Validate(PodTemplate value) => PodTemplateRules.Validate("template", value.Template);
}
