using System.Buffers;
using System.Text;
using System.Text.Json;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Evaluate;

/// <summary>Writes judgements for programs, each as one line of JSON with the words of the REST API.</summary>
internal static class JudgementJson
{
    public static string Line(Judgement judgement)
    {
        var (row, health) = (judgement.Row, judgement.Health);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("api_version", ShortText.Name(row.ApiVersion));
            json.WriteString("kind", ShortText.Name(row.Id.Kind));
            json.WriteString("namespace", ShortText.Name(row.Id.Namespace));
            json.WriteString("name", ShortText.Name(row.Id.Name));
            json.WriteString("status", Word(row.Status));
            json.WriteBoolean("ready", row.IsReady);
            json.WriteString("overall_status", Word(health.Status));
            json.WriteBoolean("rolling_out", health.IsRollingOut);
            json.WriteString("message", ShortText.Message(judgement.Message));
            if (judgement.PodsKnown)
            {
                json.WriteNumber("pods_ready", health.Pods.Ready);
                json.WriteNumber("pods_total", health.Pods.Total);
            }

            json.WriteStartArray("conditions");
            foreach (var condition in health.Conditions)
                json.WriteStringValue(condition);
            json.WriteEndArray();
            json.WriteStartArray("findings");
            foreach (var finding in health.Findings)
                Write(json, finding, health.JudgedAt);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The status as the API spells it.</summary>
    public static string Word<T>(T status) where T : struct, Enum => status.ToString().ToLowerInvariant();

    private static void Write(Utf8JsonWriter json, Finding finding, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("condition", finding.Condition);
        json.WriteString("severity", Word(finding.OverallAt(now)));
        json.WriteString("kind", ShortText.Name(finding.Object.Kind));
        json.WriteString("namespace", ShortText.Name(finding.Object.Namespace));
        json.WriteString("name", ShortText.Name(finding.Object.Name));
        if (finding.Container.Length > 0)
            json.WriteString("container", ShortText.Name(finding.Container));
        if (finding.ContainerType is { } type)
            json.WriteString("container_type", Word(type));
        json.WriteString("message", ShortText.Message(finding.Message));
        if (finding.Since is { } since)
            json.WriteString("since", since);
        if (finding.ExitCode is { } exitCode)
            json.WriteNumber("exit_code", exitCode);
        if (finding.Signal is { } signal)
            json.WriteNumber("signal", signal);
        if (finding.ContainerType is not null)
            json.WriteNumber("restarts", finding.Restarts);
        json.WriteEndObject();
    }
}
