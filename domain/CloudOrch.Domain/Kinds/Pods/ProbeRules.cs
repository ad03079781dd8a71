using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: validateProbe, validateHandler.</summary>
internal static class ProbeRules
{
    public static IEnumerable<FieldError> Validate(string field, Probe probe)
    {
        foreach (var error in OneHandler(field, ("exec", probe.Exec), ("httpGet", probe.HttpGet), ("tcpSocket", probe.TcpSocket), ("grpc", probe.Grpc)))
            yield return error;
        foreach (var error in Handlers(field, probe.Exec, probe.HttpGet, probe.TcpSocket)
            .Concat(probe.Grpc is { } grpc ? Fields.Port($"{field}.grpc.port", grpc.Port) : [])
            .Concat(Amounts.NotNegative($"{field}.initialDelaySeconds", probe.InitialDelaySeconds))
            .Concat(Amounts.NotNegative($"{field}.timeoutSeconds", probe.TimeoutSeconds))
            .Concat(Amounts.NotNegative($"{field}.periodSeconds", probe.PeriodSeconds))
            .Concat(Amounts.NotNegative($"{field}.successThreshold", probe.SuccessThreshold))
            .Concat(Amounts.NotNegative($"{field}.failureThreshold", probe.FailureThreshold)))
            yield return error;
        if (probe.TerminationGracePeriodSeconds is <= 0)
            yield return Refuse.Invalid($"{field}.terminationGracePeriodSeconds", probe.TerminationGracePeriodSeconds, "must be greater than 0");
    }

    /// <summary>Exactly one of the ways is set.</summary>
    public static IEnumerable<FieldError> OneHandler(string field, params (string Name, ApiType? Handler)[] handlers)
    {
        string[] set = [.. handlers.Where(h => h.Handler is not null).Select(h => h.Name)];
        return set.Length == 0
            ? [Refuse.Required(field, "must specify a handler type")]
            : set.Skip(1).Select(name => Refuse.Forbidden($"{field}.{name}", "may not specify more than 1 handler type"));
    }

    public static IEnumerable<FieldError> Handlers(string field, ExecAction? exec, HttpGetAction? http, TcpSocketAction? tcp)
    {
        if (exec is { Command: null or { Count: 0 } })
            yield return Refuse.Required($"{field}.exec.command");
        if (http is not null)
        {
            if (string.IsNullOrEmpty(http.Path))
                yield return Refuse.Required($"{field}.httpGet.path");
            foreach (var error in Fields.Port($"{field}.httpGet.port", http.Port))
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
        if (tcp is not null)
        {
            foreach (var error in Fields.Port($"{field}.tcpSocket.port", tcp.Port))
                yield return error;
        }
    }
}
