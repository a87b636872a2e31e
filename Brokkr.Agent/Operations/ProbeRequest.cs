using System.Text;

namespace Brokkr.Agent.Operations;

/// <summary>What a probe asks: the first line of HTTP/1.1 is all that counts, since there is one answer a connection.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Path">Without a query, as it was sent.</param>
internal sealed record ProbeRequest(string Method, string Path)
{
    /// <summary>Line and headers; those of probes and scrapers take a tenth of it.</summary>
    private const int MostBytes = 8192;

    public bool IsHead => Method == "HEAD";

    /// <summary>Reads up to the end of the headers; null where they are no request of HTTP/1, or have no end.</summary>
    public static async Task<ProbeRequest?> ReadAsync(Stream caller, CancellationToken ct)
    {
        var bytes = new byte[MostBytes];
        for (var length = 0; length < MostBytes;)
        {
            var read = await caller.ReadAsync(bytes.AsMemory(length), ct);
            if (read == 0)
                return null;
            length += read;
            if (bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                return Of(Encoding.Latin1.GetString(bytes, 0, bytes.AsSpan().IndexOf((byte)'\r')));
        }

        return null;
    }

    private static ProbeRequest? Of(string line) =>
        line.Split(' ') is [var method, ['/', ..] target, var version] && version.StartsWith("HTTP/1.", StringComparison.Ordinal)
            ? new(method, target.Split('?')[0])
            : null;
}
