using System.Net;
using System.Text.RegularExpressions;

namespace CloudOrch.Domain.Kinds.Rules;

/// <summary>Kubernetes' rules for names, keys and values (k8s.io/apimachinery/pkg/util/validation). Each answers the problems found; none means valid.</summary>
public static partial class Names
{
    private const string LabelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainFormat = LabelFormat + @"(\." + LabelFormat + ")*";
    private const string QualifiedFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string Label1035Format = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private const string WildcardFormat = @"\*\." + SubdomainFormat;
    private const string EnvFormat = "[-._a-zA-Z][-._a-zA-Z0-9]*";
    private const string KeyFormat = "[-._a-zA-Z0-9]+";
    private const string QualifiedMessage =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    private static readonly string QualifiedProblem = Explain(QualifiedMessage, QualifiedFormat, "MyName", "my.name", "123-abc");

    [GeneratedRegex("^" + LabelFormat + "$", RegexOptions.CultureInvariant)]
    private static partial Regex LabelRegex();

    [GeneratedRegex("^" + Label1035Format + "$", RegexOptions.CultureInvariant)]
    private static partial Regex Label1035Regex();

    [GeneratedRegex("^" + SubdomainFormat + "$", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainRegex();

    [GeneratedRegex("^" + QualifiedFormat + "$", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedRegex();

    [GeneratedRegex("^" + EnvFormat + "$", RegexOptions.CultureInvariant)]
    private static partial Regex EnvRegex();

    [GeneratedRegex("^" + KeyFormat + "$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyRegex();

    public static IEnumerable<string> Label(string value)
    {
        if (value.Length > 63)
            yield return TooLong(63);
        if (!IsMatch(LabelRegex(), value))
            yield return Explain("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                LabelFormat, "my-name", "123-abc");
    }

    /// <summary>The name of a Service: it becomes a host name and may not start with a digit.</summary>
    public static IEnumerable<string> Label1035(string value)
    {
        if (value.Length > 63)
            yield return TooLong(63);
        if (!IsMatch(Label1035Regex(), value))
            yield return Explain("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
                Label1035Format, "my-name", "abc-123");
    }

    public static IEnumerable<string> Subdomain(string value)
    {
        if (value.Length > 253)
            yield return TooLong(253);
        if (!IsMatch(SubdomainRegex(), value))
            yield return Explain("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
                SubdomainFormat, "example.com");
    }

    /// <summary><c>*.example.com</c></summary>
    public static IEnumerable<string> WildcardSubdomain(string value)
    {
        if (value.Length > 253)
            yield return TooLong(253);
        if (!value.StartsWith("*.", StringComparison.Ordinal) || !IsMatch(SubdomainRegex(), value[2..]))
            yield return Explain("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                WildcardFormat, "*.example.com");
    }

    /// <summary>What can stand in a path: roles have such names.</summary>
    public static IEnumerable<string> PathSegment(string value)
    {
        if (value is "." or "..")
            yield return $"may not be '{value}'";
        foreach (string part in new[] { "/", "%" })
        {
            if (value.Contains(part, StringComparison.Ordinal))
                yield return $"may not contain '{part}'";
        }
    }

    /// <summary><c>acme.io/controller</c></summary>
    public static IEnumerable<string> DomainPath(string value)
    {
        int slash = value.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 || slash == value.Length - 1 ? ["must be a domain-prefixed path (such as \"acme.io/foo\")"] : Subdomain(value[..slash]);
    }

    public static bool IsIp(string? value) => !string.IsNullOrEmpty(value) && !Ip(value).Any();

    /// <summary>A label or annotation key, a taint key, a resource name: <c>name</c> or <c>example.com/name</c>.</summary>
    public static IEnumerable<string> Qualified(string value)
    {
        string[] parts = value.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a qualified name {QualifiedProblem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
                yield return "prefix part must be non-empty";
            else
            {
                foreach (string problem in Subdomain(parts[0]))
                    yield return $"prefix part {problem}";
            }
        }
        string name = parts[^1];
        if (name.Length == 0)
            yield return "name part must be non-empty";
        else if (name.Length > 63)
            yield return $"name part {TooLong(63)}";
        if (!IsMatch(QualifiedRegex(), name))
            yield return $"name part {QualifiedProblem}";
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63)
            yield return TooLong(63);
        if (value.Length > 0 && !IsMatch(QualifiedRegex(), value))
            yield return Explain("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
                $"({QualifiedFormat})?", "MyValue", "my_value", "12345");
    }

    public static IEnumerable<string> EnvironmentVariable(string value)
    {
        if (!IsMatch(EnvRegex(), value))
            yield return Explain("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
                EnvFormat, "my.env-name", "MY_ENV.NAME", "MyEnvName1");
        if (Dots(value) is { } problem)
            yield return problem;
    }

    public static IEnumerable<string> ConfigMapKey(string value)
    {
        if (value.Length > 253)
            yield return TooLong(253);
        if (!IsMatch(KeyRegex(), value))
            yield return Explain("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", KeyFormat, "key.name", "KEY_NAME", "key-name");
        if (Dots(value) is { } problem)
            yield return problem;
    }

    public static IEnumerable<string> PortName(string value)
    {
        if (value.Length > 15)
            yield return TooLong(15);
        if (!value.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c) || c == '-'))
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        if (!value.Any(char.IsAsciiLetterLower))
            yield return "must contain at least one letter (a-z)";
        if (value.Contains("--", StringComparison.Ordinal))
            yield return "must not contain consecutive hyphens";
        if (value.StartsWith('-') || value.EndsWith('-'))
            yield return "must not begin or end with a hyphen";
    }

    public static IEnumerable<string> Port(int value)
    {
        if (value is < 1 or > 65535)
            yield return "must be between 1 and 65535, inclusive";
    }

    public static IEnumerable<string> Ip(string value)
    {
        if (!IPAddress.TryParse(value, out var address) || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && value.Count(c => c == '.') != 3))
            yield return "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    }

    /// <summary>An address that other machines can be reached by.</summary>
    public static IEnumerable<string> ReachableIp(string value)
    {
        if (Ip(value).ToList() is { Count: > 0 } problems)
            return problems;
        var address = IPAddress.Parse(value);
        byte[] bytes = address.GetAddressBytes();
        bool four = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? ["may not be unspecified (0.0.0.0 or ::)"]
            : IPAddress.IsLoopback(address) ? ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]
            : (four && bytes is [169, 254, ..]) || address.IsIPv6LinkLocal ? ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"]
            : (four && bytes is [224, 0, 0, _]) || (address.IsIPv6Multicast && (bytes[1] & 0xf) == 2) ? ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]
            : [];
    }

    public static IEnumerable<string> Cidr(string value)
    {
        if (!IPNetwork.TryParse(value, out _))
            yield return "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    }

    private static string? Dots(string value) => value switch
    {
        "." => "must not be '.'",
        ".." => "must not be '..'",
        _ when value.StartsWith("..", StringComparison.Ordinal) => "must not start with '..'",
        _ => null,
    };

    /// <remarks>In .NET <c>$</c> matches before a final line feed too; Go's does not.</remarks>
    private static bool IsMatch(Regex regex, string value) => !value.EndsWith('\n') && regex.IsMatch(value);

    private static string TooLong(int limit) => $"must be no more than {limit} characters";

    private static string Explain(string message, string format, params string[] examples) =>
        $"{message} (e.g. {string.Join(" or ", examples.Select(e => $"'{e}', "))}regex used for validation is '{format}')";
}
