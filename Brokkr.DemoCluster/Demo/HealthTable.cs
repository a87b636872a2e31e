using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Demo;

/// <summary>One row of the table: a stack as the broker's REST API tells it.</summary>
internal sealed record HealthRow(
    string Stack, string Name, string ObjectId, string Status, string Pods, string Conditions, DateTimeOffset? ReceivedAt)
{
    public static HealthRow Of(string stack, JsonNode health)
    {
        var row = health["deployment_objects"]![0]!;
        var summary = row["summary"]!;
        return new(
            stack, row["name"]!.GetValue<string>(), row["id"]!.GetValue<string>(), health["overall_status"]!.GetValue<string>(),
            $"{summary["pods_ready"]}/{summary["pods_total"]}",
            string.Join(", ", summary["conditions"]!.AsArray().Select(c => c!.GetValue<string>())),
            row["agents"] is JsonArray { Count: > 0 } agents && agents[0]!["received_at"] is { } at
            ? DateTimeOffset.Parse(at.GetValue<string>(), null)
            : null);
    }
}

/// <summary>Lays rows out for people. Pure.</summary>
internal static class HealthTable
{
    public static string Of(IReadOnlyCollection<HealthRow> rows)
    {
        var width = Math.Max("STACK".Length, rows.Max(r => r.Stack.Length));
        var table = new StringBuilder().AppendLine($"{"STACK".PadRight(width)}  STATUS    PODS   CONDITIONS");
        foreach (var row in rows)
            table.AppendLine($"{row.Stack.PadRight(width)}  {row.Status,-8}  {row.Pods,-5}  {row.Conditions}".TrimEnd());
        return table.ToString();
    }
}
