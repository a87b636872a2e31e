namespace Brokkr.DemoCluster.Api.Logs;

/// <summary>Cuts logs as bytes: what is in them is none of its business. Pure.</summary>
internal static class LogText
{
    /// <summary>The last lines, and of those the first bytes, in this order, as a kubelet does it.</summary>
    public static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> log, long? tailLines, long? limitBytes)
    {
        if (tailLines is { } lines)
            log = log[StartOfTail(log.Span, lines)..];
        return limitBytes < log.Length ? log[..(int)limitBytes] : log;
    }

    private static int StartOfTail(ReadOnlySpan<byte> log, long lines)
    {
        if (lines == 0)
            return log.Length;
        var end = log is [.., (byte)'\n'] ? log.Length - 1 : log.Length;
        for (var line = 0L; line < lines; line++)
        {
            end = log[..Math.Max(end, 0)].LastIndexOf((byte)'\n');
            if (end < 0)
                return 0;
        }
        return end + 1;
    }
}
