using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Core;

namespace Brokkr.Tests.Attack;

/// <summary>What is wrong with an answer to somebody hostile; null where nothing is.</summary>
internal static partial class Complaints
{
    private const int MaxMessage = 2000;

    /// <summary>About an answer of REST: no failure, and every error in the documented form.</summary>
    public static string? OfRest(int status, string? requestId, string? contentType, string body, bool hasForm)
    {
        if (status >= 500 && status != 503)
            return $"{status}: {Cut(body)}";
        if (string.IsNullOrEmpty(requestId))
            return $"{status} without x-request-id: {Cut(body)}";
        if (status < 400 || !hasForm)
            return null;
        if (contentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return $"{status} as {contentType}: {Cut(body)}";
        return OfForm(body) is { } flaw ? $"{status} {flaw}: {Cut(body)}" : null;
    }

    /// <summary>About an answer of gRPC: no failure, and every error with its details.</summary>
    public static string? OfRpc(StatusCode status, string details) =>
        status is StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss ? $"{status}: {Cut(details)}"
        : status != StatusCode.OK && !details.Contains("brokkr", StringComparison.Ordinal) ? $"{status} without our form: {Cut(details)}"
        : null;

    /// <summary>About what stands on a bare connection: what the server itself refuses may lack a body, and nothing else.</summary>
    public static string? OfWire(string answer)
    {
        // Nothing, or a frame of HTTP/2, to whoever begins with its preface.
        if (answer.Length == 0 || answer[0] == '\0')
            return null;
        var status = StatusLine().Match(answer);
        if (!status.Success)
            return $"no HTTP: {Cut(answer)}";
        var (code, body) = (int.Parse(status.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), BodyOf(answer));
        return code >= 500 && code is not (503 or 505) ? Cut(answer)
            : code >= 400 && body.Length > 0 && OfForm(body) is { } flaw ? $"{flaw}: {Cut(answer)}"
            : null;
    }

    private static string? OfForm(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var names = json.RootElement.EnumerateObject().Select(p => p.Name);
            if (!names.SequenceEqual(["error", "message"]))
                return "without our form";
            var message = json.RootElement.GetProperty("message").GetString()!;
            return message.Length is 0 or > MaxMessage ? $"with a message of {message.Length} characters"
                : Unseen().IsMatch(message) ? "with characters that are not seen"
                : null;
        }
        catch (JsonException)
        {
            return "without JSON";
        }
    }

    private static string BodyOf(string answer)
    {
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0 ? end + 4 : answer.Length)..];
        return Chunk().Match(body) is { Success: true } chunk ? body[chunk.Length..(body.LastIndexOf('}') + 1)] : body;
    }

    private static string Cut(string text) => text.Length <= 600 ? text : $"{text[..600]}…";

    [GeneratedRegex(@"^HTTP/1\.[01] (\d\d\d)")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^[0-9a-fA-F]+\r\n")]
    private static partial Regex Chunk();

    [GeneratedRegex(@"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\u3164\u2800]")]
    private static partial Regex Unseen();
}
