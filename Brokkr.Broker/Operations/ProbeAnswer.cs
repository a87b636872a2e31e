using Brokkr.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Brokkr.Broker.Operations;

/// <summary>What a probe is told: a word, why where something is wrong, and which version answers.</summary>
internal static class ProbeAnswer
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status == HealthStatus.Healthy ? "ok" : "unavailable",
        reasons = report.Entries.Values.Where(e => e.Status != HealthStatus.Healthy).Select(e => e.Description),
        version = ProgramVersion.Current,
    });
}
