using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: validateProbe, validateHandler.</summary>
internal static class ProbeRules
{
    public static IEnumerable<FieldError> Validate(string field, Probe probe)
    {
        int handlers = 0;
        foreach (var (name, set) in new[] { ("exec", probe.Exec is not null), ("httpGet", probe.HttpGet is not null),
            ("tcpSocket", probe.TcpSocket is not null), ("grpc", probe.Grpc is not null) })
        {
            if (set && ++handlers > 1)
                yield return Refuse.Forbidden($"{field}.{name}", "may not specify more than 1 handler type");
        }
        if (handlers == 0)
            yield return Refuse.Required(field, "must specify a handler type");
        foreach (var error in Handler(field, probe)
            .Concat(Amounts.NotNegative($"{field}.initialDelaySeconds", probe.InitialDelaySeconds))
            .Concat(Amounts.NotNegative($"{field}.timeoutSeconds", probe.TimeoutSeconds))
            .Concat(Amounts.NotNegative($"{field}.periodSeconds", probe.PeriodSeconds))
            .Concat(Amounts.NotNegative($"{field}.successThreshold", probe.SuccessThreshold))
            .Concat(Amounts.NotNegative($"{field}.failureThreshold", probe.FailureThreshold)))
            yield return error;
        if (probe.TerminationGracePeriodSeconds is <= 0)
            yield return Refuse.Invalid($"{field}.terminationGracePeriodSeconds", probe.TerminationGracePeriodSeconds, "must be greater than 0");
    }

    private static IEnumerable<FieldError> Handler(string field, Probe probe)
    {
        if (probe.Exec is { } exec && (exec.Command?.Count ?? 0) == 0)
            yield return Refuse.Required($"{field}.exec.command");
        if (probe.HttpGet is { } http)
        {
            if (string.IsNullOrEmpty(http.Path))
                yield return Refuse.Required($"{field}.httpGet.path");
            foreach (var error in Port($"{field}.httpGet.port", http.Port))
                yield return error;
            if (http.Scheme is not ("HTTP" or "HTTPS"))
                yield return Refuse.NotSupported($"{field}.httpGet.scheme", http.Scheme, "HTTP", "HTTPS");
            var headers = http.HttpHeaders ?? [];
            for (int i = 0; i < headers.Count; i++)
            {
                if (headers[i].Name.Length == 0 || !headers[i].Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                    yield return Refuse.Invalid($"{field}.httpGet.httpHeaders[{i}].name", headers[i].Name,
                        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
            }
        }
        if (probe.TcpSocket is { } tcp)
        {
            foreach (var error in Port($"{field}.tcpSocket.port", tcp.Port))
                yield return error;
        }
    }

    private static IEnumerable<FieldError> Port(string field, IntOrString port) => port.Text is { } name
        ? Names.PortName(name).Select(problem => Refuse.Invalid(field, name, problem))
        : Names.Port(port.Number).Select(problem => Refuse.Invalid(field, port.Number, problem));
}
