using System.Globalization;
using System.Text;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>Row keys of a cluster's partition. Parts are escaped reversibly: what is not a letter, a digit or one of <c>-._:</c> becomes <c>=XX</c> per UTF-8 byte.</summary>
internal static class RowKeys
{
    public const string Head = "head";
    public const string Brain = "brain";
    private const char Separator = '!';

    // The character after the separator ends the range of a prefix.
    private const char AfterSeparator = '"';

    public static string Of(ResourceKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"o!{Escape(key.Type.Group)}!{Escape(key.Type.Resource)}!{Escape(key.Namespace)}!{Escape(key.Name)}");

    public static bool IsObject(string rowKey) => rowKey.StartsWith("o!", StringComparison.Ordinal);

    /// <exception cref="FormatException">The row is not an object's.</exception>
    public static ResourceKey Parse(string rowKey)
    {
        string[] parts = rowKey.Split(Separator);
        return parts is ["o", var group, var resource, var space, var name]
            ? new ResourceKey(new ResourceType(Unescape(group), Unescape(resource)), Unescape(space), Unescape(name))
            : throw new FormatException($"'{rowKey}' is not the key of an object.");
    }

    /// <summary>The half-open range of keys of a type, or of everything, in a namespace or in all.</summary>
    public static (string From, string To) Range(ResourceType? type, string? namespaceName)
    {
        string prefix = type is not { } t ? "o"
            : namespaceName is null ? $"o!{Escape(t.Group)}!{Escape(t.Resource)}"
            : $"o!{Escape(t.Group)}!{Escape(t.Resource)}!{Escape(namespaceName)}";
        return (prefix + Separator, prefix + AfterSeparator);
    }

    /// <summary>A commit's log row, by the last revision that it took: 19 digits keep the order of numbers.</summary>
    public static string Log(Revision last) => string.Create(CultureInfo.InvariantCulture, $"l!{last.Value:D19}");

    /// <summary>Every log row is below this.</summary>
    public const string LogEnd = "l\"";

    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(s_plain))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (b < 0x80 && s_plain.Contains((char)b))
                escaped.Append((char)b);
            else
                escaped.Append('=').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    public static string Unescape(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
            return text;
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static readonly System.Buffers.SearchValues<char> s_plain =
        System.Buffers.SearchValues.Create("-._:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
