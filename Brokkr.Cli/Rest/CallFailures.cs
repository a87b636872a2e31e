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
    /// <param name="path">What was asked for.</param>
    /// <param name="requestId">Under which the broker's log has more; null where the answer has none.</param>
    public static CommandException Of(int status, string? word, string? message, Uri url, string path, string? requestId)
    {
        if (word is null)
            return new(ExitCodes.Failed, $"What answers at {Shown(url)} is no Brokkr broker (HTTP {status}).", CheckAddress);
        var sentence = TextCleaner.Clean(message, 4096);
        return status switch
        {
            401 => new(ExitCodes.NotAllowed, sentence, "Sign in with brokkr login, or name the file of a valid key in BROKKR_PAK_FILE."),
            403 => new(ExitCodes.NotAllowed, sentence, "brokkr whoami shows what your key may do."),
            404 => new(ExitCodes.NotFound, sentence, $"{ListOf(path)} shows what there is."),
            429 or 503 => new(ExitCodes.Failed, sentence, "Try again in a few seconds.", mayPass: true),
            >= 500 => new(ExitCodes.Failed, sentence,
                $"Try again; the broker's log has more under the request id {TextCleaner.Clean(requestId ?? "", 256)}."),
            // What was asked for is wrong, and the broker's sentence says what would be right.
            _ => new(ExitCodes.Failed, sentence),
        };
    }

    /// <summary>The answer is none that this version of the command understands.</summary>
    public static CommandException Unreadable(string reason) =>
        new(ExitCodes.Failed, $"The broker's answer cannot be read: {TextCleaner.Clean(reason, 1024).TrimEnd('.')}.",
            "brokkr version shows both versions: they may be too far apart.");

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
        return new(ExitCodes.Failed, $"The broker at {Shown(url)} cannot be reached: {TextCleaner.Clean(reason, 1024)}.", CheckAddress,
            mayPass: true);
    }

    public static CommandException Untrusted(Uri url, AuthenticationException failure) =>
        failure.Message.Contains("frame size", StringComparison.Ordinal)
            ? new(ExitCodes.Failed, $"What answers at {Shown(url)} does not speak TLS.", "Is it http, or another port?")
            : new(ExitCodes.Failed, $"The certificate of {Shown(url)} is not trusted: {TextCleaner.Clean(failure.Message, 1024)}",
                "--ca FILE names the CA that signed it.");

    public static CommandException Silent(Uri url, TimeSpan patience) =>
        new(ExitCodes.Failed, $"The broker at {Shown(url)} did not answer within {patience.TotalSeconds} s.", CheckAddress,
            mayPass: true);

    /// <summary>The command that lists what a path of the REST API is about.</summary>
    private static string ListOf(string path) => path.Split('/', '?').ElementAtOrDefault(2) switch
    {
        "agents" => "brokkr get agents",
        "stacks" => "brokkr get stacks",
        "paks" => "brokkr keys list",
        "alerts" => "brokkr get alerts",
        "alert-silences" => "brokkr silence list",
        "diagnostics" => "brokkr get diagnostics NAME",
        _ => "brokkr get objects",
    };

    /// <summary>Without a password that somebody put into it.</summary>
    private static string Shown(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
