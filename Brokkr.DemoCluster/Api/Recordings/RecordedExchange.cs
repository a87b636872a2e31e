using System.Text;
using System.Text.Json;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Recordings;

/// <summary>One recorded request and its answer, as curl printed them.</summary>
internal sealed record RecordedExchange(string Request, int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Pure. The recorder put empty lines after each body; they are no part of it.</summary>
    public static RecordedExchange Parse(byte[] file)
    {
        var end = file.AsSpan().IndexOf("\r\n\r\n"u8);
        var head = Encoding.UTF8.GetString(file, 0, end).Split('\n', StringSplitOptions.TrimEntries);
        var answer = Array.FindIndex(head, line => line.StartsWith("HTTP/", StringComparison.Ordinal));
        var headers = head.Skip(answer + 1).Select(line => line.Split(": ", 2))
            .ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        var body = file.AsSpan(end + 4);
        body = headers.TryGetValue("content-length", out var length)
            ? body[..int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)]
            : body.TrimEnd((byte)'\n');
        return new(string.Join('\n', head[..answer]),
            int.Parse(head[answer].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), headers, body.ToArray());
    }

    /// <summary>The body as JSON, or null when it is something else.</summary>
    public JsonElement? Json() => ApiJson.TryParse(Body) is { } node ? JsonElement.Parse(ApiJson.Bytes(node), ApiJson.Reading) : null;
}
