using System.Security.Cryptography;
using System.Text;

namespace CloudOrch.Local.Gate;

/// <summary>The storage accounts behind the gate with their keys.</summary>
public sealed class GateAccounts
{
    /// <summary>Azurite reads the same: <c>name:key[:key];…</c>.</summary>
    public const string Variable = "AZURITE_ACCOUNTS";

    // What every Azurite has when it is told of no account; public, from its documentation.
    private const string WellKnown = "devstoreaccount1:Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Dictionary<string, byte[][]> _keys = new(StringComparer.Ordinal);

    private GateAccounts()
    {
    }

    /// <exception cref="FormatException">Not of the form that Azurite reads; the message shows no key.</exception>
    public static GateAccounts Parse(string? text)
    {
        var accounts = new GateAccounts();
        foreach (string account in (string.IsNullOrWhiteSpace(text) ? WellKnown : text).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = account.Split(':');
            if (parts.Length is not (2 or 3))
                throw new FormatException($"{Variable} needs name:key[:key] for each account");
            accounts._keys[parts[0]] = [.. parts.Skip(1).Select(Convert.FromBase64String)];
        }

        return accounts;
    }

    public bool Knows(string account) => _keys.ContainsKey(account);

    /// <summary>The signature with the account's first key.</summary>
    public string Sign(string account, string stringToSign) =>
        Convert.ToBase64String(HMACSHA256.HashData(_keys[account][0], Encoding.UTF8.GetBytes(stringToSign)));

    /// <summary>Whether one of the account's keys made the signature.</summary>
    public bool Verifies(string account, string stringToSign, string signature)
    {
        byte[] given = new byte[64];
        if (!_keys.TryGetValue(account, out byte[][]? keys) || !Convert.TryFromBase64String(signature, given, out int length))
            return false;
        byte[] text = Encoding.UTF8.GetBytes(stringToSign);
        return keys.Any(key => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, text), given.AsSpan(0, length)));
    }
}
