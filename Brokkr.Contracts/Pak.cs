using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Brokkr.Contracts;

/// <summary>
/// A prefixed API key, <c>brokkr_&lt;adm|ro|agt&gt;_&lt;id&gt;_&lt;secret&gt;&lt;checksum&gt;</c>: role and id may be shown, the secret is
/// 190 random bits, and the checksum tells a mistyped key from a wrong one before anything is looked up.
/// </summary>
public sealed class Pak
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 10;
    private const int SecretLength = 32;
    private const int ChecksumLength = 6;

    private static readonly SearchValues<char> Plain = SearchValues.Create(Alphabet);

    private readonly string _secret;

    private Pak(PakRole role, string id, string secret) => (Role, Id, _secret) = (role, id, secret);

    public PakRole Role { get; }

    /// <summary>Finds the key in the database; not a secret.</summary>
    public string Id { get; }

    /// <summary>SHA-256 of the secret: what a broker stores. The secret is random, so a slow hash would add nothing.</summary>
    public byte[] SecretHash => SHA256.HashData(Encoding.ASCII.GetBytes(_secret));

    public static Pak Create(PakRole role) =>
        new(role, RandomNumberGenerator.GetString(Alphabet, IdLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));

    /// <summary>Reads a key; false where its shape or checksum is wrong. Pure.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Pak? pak)
    {
        pak = null;
        if (text?.Split('_') is not ["brokkr", var role, { Length: IdLength } id, { Length: SecretLength + ChecksumLength } tail])
            return false;
        PakRole? parsed = role switch { "adm" => PakRole.Admin, "ro" => PakRole.Reader, "agt" => PakRole.Agent, _ => null };
        var secret = tail[..SecretLength];
        if (parsed is null || !IsPlain(id) || !IsPlain(secret) || tail[SecretLength..] != Checksum(parsed.Value, id, secret))
            return false;
        pak = new(parsed.Value, id, secret);
        return true;
    }

    /// <summary>The whole key, secret included: for the file or the answer that hands it out, nowhere else.</summary>
    public string Reveal() => $"{Prefix(Role, Id)}{_secret}{Checksum(Role, Id, _secret)}";

    /// <summary>The key without its secret, for logs.</summary>
    public override string ToString() => Prefix(Role, Id) + "…";

    private static string Prefix(PakRole role, string id) => role switch
    {
        PakRole.Admin => $"brokkr_adm_{id}_",
        PakRole.Reader => $"brokkr_ro_{id}_",
        PakRole.Agent => $"brokkr_agt_{id}_",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);

    private static string Checksum(PakRole role, string id, string secret)
    {
        var crc = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(Prefix(role, id) + secret));
        return string.Create(ChecksumLength, crc, static (digits, value) =>
        {
            for (var i = digits.Length - 1; i >= 0; i--, value /= (uint)Alphabet.Length)
                digits[i] = Alphabet[(int)(value % (uint)Alphabet.Length)];
        });
    }
}

/// <summary>What a key may do.</summary>
public enum PakRole
{
    /// <summary>Everything but acting as an agent.</summary>
    Admin,

    /// <summary>Reads health and diagnostics, changes nothing.</summary>
    Reader,

    /// <summary>Acts as one agent.</summary>
    Agent,
}
