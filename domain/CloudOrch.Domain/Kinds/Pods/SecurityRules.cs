using System.Text.RegularExpressions;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: validatePodSpecSecurityContext, ValidateSecurityContext.</summary>
internal static partial class SecurityRules
{
    private const int LongestSysctl = 253;

    public static IEnumerable<FieldError> Validate(string field, PodSecurityContext? context) => context is null ? [] :
    [
        .. Profile($"{field}.seccompProfile", context.SeccompProfile?.Type, context.SeccompProfile?.LocalhostProfile),
        .. Profile($"{field}.appArmorProfile", context.AppArmorProfile?.Type, context.AppArmorProfile?.LocalhostProfile),
        .. Fields.Each($"{field}.sysctls", context.Sysctls, (at, sysctl) => sysctl.Name.Length == 0 ? [Refuse.Required($"{at}.name")]
            : sysctl.Name.Length <= LongestSysctl && SysctlName().IsMatch(sysctl.Name) ? []
            : [Refuse.Invalid($"{at}.name", sysctl.Name, $"must have at most {LongestSysctl} characters and match regex {SysctlName()}")]),
        .. Fields.Unique($"{field}.sysctls", context.Sysctls, s => s.Name, ".name"),
    ];

    public static IEnumerable<FieldError> Validate(string field, SecurityContext? context)
    {
        if (context is null)
            yield break;
        foreach (var error in Amounts.Between($"{field}.runAsUser", context.RunAsUser, 0, int.MaxValue)
            .Concat(Amounts.Between($"{field}.runAsGroup", context.RunAsGroup, 0, int.MaxValue))
            .Concat(Profile($"{field}.seccompProfile", context.SeccompProfile?.Type, context.SeccompProfile?.LocalhostProfile))
            .Concat(Profile($"{field}.appArmorProfile", context.AppArmorProfile?.Type, context.AppArmorProfile?.LocalhostProfile)))
            yield return error;
        if (context.AllowPrivilegeEscalation == false && context.Privileged == true)
            yield return Refuse.Invalid(field, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        if (context.AllowPrivilegeEscalation == false && context.Capabilities?.Add?.Contains("CAP_SYS_ADMIN") == true)
            yield return Refuse.Invalid(field, context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }

    /// <param name="type">null: there is no profile.</param>
    private static IEnumerable<FieldError> Profile(string field, string? type, string? localhost)
    {
        if (type is null)
            yield break;
        foreach (var error in Fields.RequiredOneOf($"{field}.type", type, "Localhost", "RuntimeDefault", "Unconfined"))
            yield return error;
        if (type == "Localhost" && string.IsNullOrEmpty(localhost))
            yield return Refuse.Required($"{field}.localhostProfile", "must be set when type is Localhost");
        if (type != "Localhost" && localhost is not null)
            yield return Refuse.Invalid($"{field}.localhostProfile", localhost, "can only be set when type is Localhost");
    }

    [GeneratedRegex(@"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$")]
    private static partial Regex SysctlName();
}
