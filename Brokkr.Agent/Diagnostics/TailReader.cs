namespace Brokkr.Agent.Diagnostics;

/// <summary>Reads a stream to its end and keeps its last bytes, so that memory is bounded whatever is read.</summary>
internal static class TailReader
{
    /// <returns>
    /// The last bytes, from the beginning of a line where others were left out before; and how many bytes there were in all.
    /// </returns>
    public static async Task<(byte[] Tail, long Read)> ReadAsync(Stream stream, int keep, CancellationToken ct)
    {
        var (buffer, filled, read) = (new byte[2 * keep], 0, 0L);
        while (await stream.ReadAsync(buffer.AsMemory(filled), ct) is var count and > 0)
        {
            (filled, read) = (filled + count, read + count);
            if (filled < buffer.Length)
                continue;
            buffer.AsSpan(keep).CopyTo(buffer);
            filled = keep;
        }

        var tail = buffer.AsSpan(Math.Max(0, filled - keep), Math.Min(keep, filled));
        return (read > tail.Length ? tail[(tail.IndexOf((byte)'\n') + 1)..].ToArray() : tail.ToArray(), read);
    }
}
