using System.Security.Cryptography;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>A secret for signatures, as Standard Webhooks writes it: Base64 after <c>whsec_</c>, which may be left out.</summary>
internal static class SigningSecret
{
    private const string Prefix = "whsec_";

    private const int FewestBytes = 24, MostBytes = 64, OwnBytes = 32;

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(OwnBytes));

    /// <summary>The key; null where the text is none, or its length is not that of a key.</summary>
    public static byte[]? Parse(string text)
    {
        var encoded = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var count) && count is >= FewestBytes and <= MostBytes
            ? bytes[..count]
            : null;
    }
}
