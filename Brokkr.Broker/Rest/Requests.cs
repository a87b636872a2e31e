using System.Buffers;
using Brokkr.Contracts;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Rest;

/// <summary>Reads single fields of requests; what is wrong becomes an error that names the field and what would be right.</summary>
internal static class Requests
{
    private static readonly SearchValues<char> UuidCharacters = SearchValues.Create("0123456789abcdefABCDEF-");

    public static Guid Uuid(string value, string field) =>
        TryUuid(value, out var id)
            ? id
            : throw Errors.Invalid(field, value.Length == 0
                ? "is missing; it must be a UUID such as 7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11."
                : "must be a UUID such as 7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11.");

    /// <summary>The same where the field may be left empty: null then.</summary>
    public static Guid? UuidOrNull(string value, string field) => value.Length == 0 ? null : Uuid(value, field);

    /// <summary>Strictly 32 hexadecimal digits with four hyphens: the framework alone takes blanks, signs and prefixes too.</summary>
    public static bool TryUuid(string value, out Guid id)
    {
        id = Guid.Empty;
        return value.Length == 36 && !value.AsSpan().ContainsAnyExcept(UuidCharacters) && Guid.TryParseExact(value, "D", out id);
    }

    public static string Name(string value, string field) =>
        value.Length is > 0 and <= Limits.NameLength && value.All(IsNameCharacter) && char.IsAsciiLetterOrDigit(value[0])
            && char.IsAsciiLetterOrDigit(value[^1])
            ? value
            : throw Errors.Invalid(field,
            $"must have 1 to {Limits.NameLength} letters, digits, '.', '_' or '-', and begin and end with a letter or digit.");

    /// <summary>A text to compare with; empty where the caller does not care.</summary>
    public static string Text(string value, string field) =>
        value.Length <= Limits.NameLength && !value.Contains('\0', StringComparison.Ordinal)
            ? value
            : throw Errors.Invalid(field, $"must have at most {Limits.NameLength} characters, and no NUL among them.");

    /// <summary>The identifier of a key; what cannot be one is not found.</summary>
    public static string PakId(string value) =>
        value.Length is > 0 and <= 16 && value.All(char.IsAsciiLetterOrDigit) ? value : throw Errors.NotFound("PAK", value);

    /// <summary>A moment between the years 1 and 9999, to the microsecond; null where it is absent.</summary>
    public static DateTimeOffset? Moment(Timestamp? value, string field) => value is null ? null
        : Moments.IsMoment(value) ? Moments.Cut(value.ToDateTimeOffset())
        : throw Errors.Invalid(field, Moments.Sentence);

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
