using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Brokkr.Broker.Alerts.Receivers;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>
/// Signs a webhook as Standard Webhooks says: with each secret that is valid, so that none is lost while one is rotated. Pure.
/// </summary>
internal static class Signature
{
    public static void Add(HttpRequestHeaders headers, ReceiverSecrets secrets, Guid id, string body, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{id}.{time}.{body}");
        string?[] valid = [secrets.Secret, secrets.OldUntil > now ? secrets.OldSecret : null];
        headers.Add("webhook-id", id.ToString());
        headers.Add("webhook-timestamp", time);
        headers.Add("webhook-signature", string.Join(' ', valid.OfType<string>().Select(s => $"v1,{Of(signed, s)}")));
    }

    private static string Of(byte[] signed, string secret) =>
        Convert.ToBase64String(HMACSHA256.HashData(SigningSecret.Parse(secret)!, signed));
}
