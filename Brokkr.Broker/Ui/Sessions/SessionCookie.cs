using System.Buffers.Text;
using System.Security.Cryptography;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>
/// What a browser keeps of a session: a random token, of which the database holds the hash. Lax, so that a link from a chat arrives signed
/// in; hence no GET may change anything.
/// </summary>
internal static class SessionCookie
{
    /// <summary>
    /// The prefix lets browsers refuse the cookie unless it was set over TLS, for this host alone. Without TLS they would refuse it always.
    /// </summary>
    public const string SecureName = "__Host-brokkr";

    public const string CleartextName = "brokkr_session";

    private const int TokenBytes = 32;

    /// <summary>The hash of the token that a request carries; null where it carries none.</summary>
    public static byte[]? HashOf(HttpContext context) =>
        context.Request.Cookies[NameFor(context)] is { Length: > 0 and < 64 } token ? Hash(token) : null;

    /// <summary>Hands the browser a new token and answers its hash.</summary>
    public static byte[] Begin(HttpContext context)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        context.Response.Cookies.Append(NameFor(context), token, Options(context));
        return Hash(token);
    }

    public static void End(HttpContext context) => context.Response.Cookies.Delete(NameFor(context), Options(context));

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : CleartextName;

    private static CookieOptions Options(HttpContext context) =>
        new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };

    private static byte[] Hash(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));
}
