using System.Security.Authentication;
using Brokkr.Cli.Terminal;
using Brokkr.Contracts.Text;

namespace Brokkr.Cli.Rest;

/// <summary>Says what a call that failed means to the caller. Pure.</summary>
internal static class CallFailures
{
    private const string CheckAddress = "Is the address right (--url, BROKKR_URL, brokkr context list), and does the broker run?";

    /// <param name="status">HTTP's.</param>
    /// <param name="word">The broker's word for it; null where the answer is none of a broker.</param>
    /// <param name="message">The broker's sentence.</param>
    /// <param name="url">Where it was asked.</param>
    public static CommandException Of(int status, string? word, string? message, Uri url)
    {
        if (word is null)
            return new(ExitCodes.Failed, $"What answers at {Shown(url)} is no Brokkr broker (HTTP {status}).", CheckAddress);
        var sentence = TextCleaner.Clean(message, 4096);
        return status switch
        {
            401 => new(ExitCodes.NotAllowed, sentence, "Sign in with brokkr login, or name the file of a valid key in BROKKR_PAK_FILE."),
            403 => new(ExitCodes.NotAllowed, sentence, "brokkr whoami shows what your key may do."),
            404 => new(ExitCodes.NotFound, sentence),
            429 or 503 => new(ExitCodes.Failed, sentence, "Try again in a few seconds."),
            _ => new(ExitCodes.Failed, sentence),
        };
    }

    public static CommandException Unreachable(Uri url, HttpRequestException failure)
    {
        var reason = failure.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "the name is not known",
            HttpRequestError.ConnectionError => "the connection was refused, or nobody answered",
            HttpRequestError.SecureConnectionError => "it does not speak TLS",
            HttpRequestError.ResponseEnded => "the connection broke",
            _ => failure.Message.TrimEnd('.'),
        };
        return new(ExitCodes.Failed, $"The broker at {Shown(url)} cannot be reached: {TextCleaner.Clean(reason, 1024)}.", CheckAddress);
    }

    public static CommandException Untrusted(Uri url, AuthenticationException failure) =>
        failure.Message.Contains("frame size", StringComparison.Ordinal)
            ? new(ExitCodes.Failed, $"What answers at {Shown(url)} does not speak TLS.", "Is it http, or another port?")
            : new(ExitCodes.Failed, $"The certificate of {Shown(url)} is not trusted: {TextCleaner.Clean(failure.Message, 1024)}",
                "--ca FILE names the CA that signed it.");

    public static CommandException Silent(Uri url, TimeSpan patience) =>
        new(ExitCodes.Failed, $"The broker at {Shown(url)} did not answer within {patience.TotalSeconds} s.", CheckAddress);

    /// <summary>Without a password that somebody put into it.</summary>
    private static string Shown(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
