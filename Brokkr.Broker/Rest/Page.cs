using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brokkr.Contracts;

namespace Brokkr.Broker.Rest;

/// <summary>A page of a list: how many rows, and the key after which it begins.</summary>
/// <param name="Size">How many rows the page may hold; the largest number where everything is asked for.</param>
/// <param name="After">The key of the last row of the page before; null on the first page.</param>
internal sealed record Page<TKey>(int Size, TKey? After) where TKey : class
{
    /// <summary>One row more than asked for, to see whether there is a next page.</summary>
    public int Fetch => Size == int.MaxValue ? Size : Size + 1;

    /// <summary>Takes the surplus row off and answers the token of the next page, empty on the last.</summary>
    public string Cut<TRow>(List<TRow> rows, Func<TRow, TKey> key)
    {
        if (rows.Count <= Size)
            return "";
        rows.RemoveRange(Size, rows.Count - Size);
        return Page.TokenOf(key(rows[^1]));
    }
}

/// <summary>Reads and writes where a reader of a list stands: a record with the keys of the last row, as an opaque token. Pure.</summary>
internal static class Page
{
    private const int TokenLength = 2048;

    private static readonly JsonSerializerOptions Strict = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="size">The number of rows that the caller names; 0 stands for the default, or for everything.</param>
    /// <param name="token">The token of the page before; empty for the first page.</param>
    /// <param name="allByDefault">Whether the method answers everything where the caller names no size.</param>
    /// <exception cref="ApiError">The size is out of bounds, or the token is none.</exception>
    public static Page<TKey> Of<TKey>(int size, string token, bool allByDefault = false) where TKey : class =>
        new(SizeOf(size, allByDefault), KeyOf<TKey>(token));

    public static string TokenOf<TKey>(TKey key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key, Strict));

    /// <summary>What a caller hears who changes the order between two pages.</summary>
    public static ApiError OtherOrder() =>
        Errors.Invalid("page_token", "belongs to another order: leave order_by as it was, or begin without a token.");

    /// <summary>The key of a token, which is in a field; null where the token is empty.</summary>
    /// <exception cref="ApiError">The token is none of this list.</exception>
    public static TKey? KeyOf<TKey>(string token, string field = "page_token") where TKey : class
    {
        if (token.Length == 0)
            return null;
        if (token.Length > TokenLength || !Base64Url.IsValid(token))
            throw BadToken(field);
        try
        {
            var json = Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(token));
            // No database takes a NUL.
            return json.AsSpan().IndexOf("\\u0000"u8) < 0 && JsonSerializer.Deserialize<TKey>(json, Strict) is { } key
                ? key
                : throw BadToken(field);
        }
        catch (JsonException)
        {
            throw BadToken(field);
        }
    }

    private static int SizeOf(int size, bool allByDefault) => size switch
    {
        0 => allByDefault ? int.MaxValue : Limits.DefaultPageSize,
        >= 1 and <= Limits.PageSize => size,
        _ => throw Errors.Invalid("page_size", $"must be between 1 and {Limits.PageSize}."),
    };

    private static ApiError BadToken(string field) => Errors.Invalid(
        field, $"is not one of this method's tokens: send {(field == "page_token" ? "next_page_token" : field)} of the page before, "
            + "or none for the first page.");
}
