using System.Globalization;
using System.Runtime.InteropServices;

namespace Brokkr.Bench.Results;

/// <summary>On what something was measured, in a sentence.</summary>
internal static class MachineDescription
{
    private const double GiB = 1024.0 * 1024 * 1024;

    /// <param name="postgres">The version of the database server.</param>
    /// <param name="data">Where its data lies.</param>
    public static string Of(string postgres, string data)
    {
        var processor = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{processor}, {Environment.ProcessorCount} cores, {memory:0} GiB; {RuntimeInformation.OSDescription}; .NET "
            + $"{Environment.Version}; PostgreSQL {postgres}, its own settings, data on {new DriveInfo(data).DriveFormat}");
    }

    private static string? Line(string file, string key) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
}
