using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Brokkr.Contracts;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Rest;

/// <summary>Reads single fields of requests; what is wrong becomes an error that names the field and what would be right.</summary>
internal static class Requests
{
    private const int TokenLength = 2048;

    public static Guid Uuid(string value, string field) =>
        Guid.TryParseExact(value, "D", out var id)
            ? id
            : throw Errors.Invalid(field, value.Length == 0
                ? "is missing; it must be a UUID such as 7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11."
                : "must be a UUID such as 7f3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11.");

    public static string Name(string value, string field) =>
        value.Length is > 0 and <= Limits.NameLength && value.All(IsNameCharacter) && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1])
            ? value
            : throw Errors.Invalid(field, $"must have 1 to {Limits.NameLength} letters, digits, '.', '_' or '-', and begin and end with a letter or digit.");

    /// <summary>A text to compare with; empty where the caller does not care.</summary>
    public static string Text(string value, string field) =>
        value.Length <= Limits.NameLength && !value.Contains('\0', StringComparison.Ordinal)
            ? value
            : throw Errors.Invalid(field, $"must have at most {Limits.NameLength} characters, and no NUL among them.");

    /// <summary>The identifier of a key; what cannot be one is not found.</summary>
    public static string PakId(string value) =>
        value.Length is > 0 and <= 16 && value.All(char.IsAsciiLetterOrDigit) ? value : throw Errors.NotFound("PAK", value);

    /// <summary>A moment between the years 1 and 9999; null where it is absent.</summary>
    public static DateTimeOffset? Moment(Timestamp? value, string field) => value switch
    {
        null => null,
        { Seconds: >= -62_135_596_800 and <= 253_402_300_799, Nanos: >= 0 and <= 999_999_999 } => value.ToDateTimeOffset(),
        _ => throw Errors.Invalid(field, "must be a time between the years 1 and 9999."),
    };

    /// <summary>The number of rows to answer: 0 stands for the default, or for everything where the method answers everything.</summary>
    public static int PageSize(int size, bool allByDefault) => size switch
    {
        0 => allByDefault ? int.MaxValue : Limits.DefaultPageSize,
        >= 1 and <= Limits.PageSize => size,
        _ => throw Errors.Invalid("page_size", $"must be between 1 and {Limits.PageSize}."),
    };

    /// <summary>An opaque token for the keys after which the next page begins.</summary>
    public static string PageToken(params string[] keys) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(keys));

    /// <summary>The keys of a token, none where the token is empty.</summary>
    public static string[] PageKeys(string token, int count)
    {
        if (token.Length == 0)
            return [];
        if (token.Length > TokenLength || !Base64Url.IsValid(token))
            throw BadPageToken();
        try
        {
            var keys = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(token)));
            return keys?.Length == count && !keys.Any(k => k is null || k.Contains('\0', StringComparison.Ordinal)) ? keys : throw BadPageToken();
        }
        catch (JsonException)
        {
            throw BadPageToken();
        }
    }

    public static ApiError BadPageToken() =>
        Errors.Invalid("page_token", "is not one of this method's tokens: send next_page_token of the page before, or none for the first page.");

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
