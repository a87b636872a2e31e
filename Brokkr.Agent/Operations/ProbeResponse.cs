using System.Net;
using System.Text;

namespace Brokkr.Agent.Operations;

/// <summary>An answer to a probe in HTTP/1.1, after which the connection ends.</summary>
/// <param name="Status">Such as 200.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Body">The whole of it.</param>
internal sealed record ProbeResponse(int Status, string ContentType, byte[] Body)
{
    public async Task WriteAsync(Stream caller, bool isHead, CancellationToken ct)
    {
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} {(HttpStatusCode)Status}\r\nContent-Type: {ContentType}\r\n"
            + $"Content-Length: {Body.Length}\r\nConnection: close\r\n\r\n");
        await caller.WriteAsync(isHead ? head : [.. head, .. Body], ct);
    }
}
