using System.Globalization;

namespace Brokkr.Bench.Stage;

/// <summary>What a process has used up to a moment, with its children: their processor time and, of itself, its memory.</summary>
/// <param name="Cpu">Processor time, of the children too, also of those that have ended.</param>
/// <param name="ResidentMiB">Memory in use now.</param>
/// <param name="OwnMiB">Of that what is not program files, which the system shares between processes.</param>
/// <param name="PeakMiB">The most that ever was.</param>
internal readonly record struct ProcessUse(TimeSpan Cpu, double ResidentMiB, double OwnMiB, double PeakMiB)
{
    /// <summary>Linux counts processor time in hundredths of a second, whatever the machine.</summary>
    private const long TicksPerSecond = 100;

    /// <summary>Reads <c>/proc</c>. A process that has ended reads as nothing used.</summary>
    public static ProcessUse Of(int pid)
    {
        Stat? own;
        long children;
        do
        {
            own = Stat.Of(pid);
            if (own is null)
                return default;
            children = Directory.EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var id) ? Stat.Of(id) : null)
                .Where(s => s?.Parent == pid).Sum(s => s!.OwnTicks + s.EndedTicks);
        }
        // A child that ends meanwhile would be counted neither as running nor as ended.
        while (Stat.Of(pid)?.EndedTicks != own.EndedTicks);

        var status = Read($"/proc/{pid}/status");
        return new(TimeSpan.FromSeconds((double)(own.OwnTicks + own.EndedTicks + children) / TicksPerSecond), MiB(status, "VmRSS:"),
            MiB(status, "RssAnon:"), MiB(status, "VmHWM:"));
    }

    /// <summary>Cores in use on average since an earlier moment.</summary>
    public double CoresSince(ProcessUse before, TimeSpan passed) => (Cpu - before.Cpu) / passed;

    private static double MiB(string status, string key)
    {
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return line is null
            ? 0
            : double.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended.
            return "";
        }
    }

    private sealed record Stat(int Parent, long OwnTicks, long EndedTicks)
    {
        public static Stat? Of(int pid)
        {
            // The name stands in brackets and may hold anything.
            var text = Read($"/proc/{pid}/stat");
            var end = text.LastIndexOf(')');
            if (end < 0)
                return null;
            var fields = text[(end + 2)..].Split(' ');
            return new(int.Parse(fields[1], CultureInfo.InvariantCulture), Sum(fields[11], fields[12]), Sum(fields[13], fields[14]));
        }

        private static long Sum(string user, string system) =>
            long.Parse(user, CultureInfo.InvariantCulture) + long.Parse(system, CultureInfo.InvariantCulture);
    }
}
