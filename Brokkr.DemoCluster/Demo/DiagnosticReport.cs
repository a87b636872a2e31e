using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Demo;

/// <summary>Says in a few lines what a diagnostic holds, and what is missing in that of the crash loop. Pure.</summary>
internal static class DiagnosticReport
{
    private const int ShownLines = 5;

    public static string Of(JsonNode diagnostic)
    {
        var (result, text) = (diagnostic["result"]!, new StringBuilder());
        foreach (var finding in result["findings"]?.AsArray() ?? [])
        {
            text.AppendLine($"  {finding!["severity"]} {finding["code"]}: {finding["kind"]} {finding["namespace"]}/{finding["name"]} "
                + $"{finding["container"]}".TrimEnd());
            text.AppendLine($"    {finding["message"]}");
            text.AppendLine($"    {finding["advice"]}");
        }

        foreach (var pod in result["pod_statuses"]!.AsArray())
        {
            text.AppendLine($"  pod {pod!["namespace"]}/{pod["name"]}: {pod["phase"]}");
            foreach (var container in pod["container_statuses"]!.AsArray())
            {
                var exit = container!["exit_code"] ?? container["last_state"]?["exit_code"];
                text.AppendLine($"    {container["container_type"]} {container["name"]}: {container["state"]} {container["reason"]}, "
                    + $"{container["restart_count"]} restarts{(exit is null ? "" : $", exit code {exit}")}");
            }
        }

        foreach (var (field, title) in new[] { ("log_tails", "log"), ("previous_log_tails", "previous log") })
        {
            foreach (var (key, lines) in result[field]!.AsObject())
            {
                text.AppendLine($"  {title} of {key}:");
                foreach (var line in lines!.AsArray().TakeLast(ShownLines))
                    text.AppendLine($"    {line}");
            }
        }

        text.AppendLine($"  events: {string.Join(", ", result["events"]!.AsArray().Select(e => $"{e!["reason"]} x{e["count"]}"))}");
        return text.ToString();
    }

    /// <summary>What the diagnostic of the packaged crash loop must hold and does not.</summary>
    public static IEnumerable<string> MissingFromCrashLoop(JsonNode diagnostic)
    {
        var result = diagnostic["result"]!;
        var containers = result["pod_statuses"]!.AsArray().SelectMany(p => p!["container_statuses"]!.AsArray()).ToList();
        if (result["findings"]?.AsArray().FirstOrDefault()?["code"]?.GetValue<string>() != "crash_loop")
            yield return "the first finding is not crash_loop";
        if (!result["log_tails"]!.ToJsonString().Contains("Error connecting to database", StringComparison.Ordinal))
            yield return "the log does not say 'Error connecting to database'";
        if (!result["previous_log_tails"]!.AsObject().Any(l => l.Value!.AsArray().Count > 0))
            yield return "there is no previous log";
        if (!containers.Exists(c => (c!["exit_code"] ?? c["last_state"]?["exit_code"])?.GetValue<int>() == 3))
            yield return "no container has the exit code 3";
        if (!result["events"]!.AsArray().Any(e => e!["reason"]!.GetValue<string>() == "BackOff"))
            yield return "there is no BackOff event";
    }
}
