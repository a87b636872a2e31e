using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Diagnostics;

/// <summary>A row of <c>diagnostic_results</c>: the parts of a result, each as the JSON that the API documents.</summary>
internal sealed class ResultRow
{
    private static readonly JsonFormatter Writer = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    private static readonly JsonParser Reader = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public string PodStatuses { get; set; } = "[]";

    public string Events { get; set; } = "[]";

    public string? LogTails { get; set; }

    public string? PreviousLogTails { get; set; }

    public string? Completeness { get; set; }

    public string? Redaction { get; set; }

    public string? Findings { get; set; }

    public string? Workloads { get; set; }

    public string? Nodes { get; set; }

    public string? Claims { get; set; }

    public string? Quotas { get; set; }

    /// <summary>Null stands for the database's clock.</summary>
    public DateTimeOffset? CollectedAt { get; set; }

    /// <summary>Of the deployment object that it is about; empty where the result was not read from the database.</summary>
    public string ObjectName { get; set; } = "";

    /// <summary>What it takes in the database, and in each answer.</summary>
    public long Bytes => ((string?[])[
        PodStatuses, Events, LogTails, PreviousLogTails, Completeness, Redaction, Findings, Workloads, Nodes, Claims, Quotas,
    ]).Sum(part => part is null ? 0L : Encoding.UTF8.GetByteCount(part));

    public static ResultRow Of(Wire.SubmitResultRequest request) => new()
    {
        PodStatuses = List(request.PodStatuses),
        Events = List(request.Events),
        LogTails = Part(new() { LogTails = { request.LogTails } }, "log_tails"),
        PreviousLogTails = Part(new() { PreviousLogTails = { request.PreviousLogTails } }, "previous_log_tails"),
        Completeness = List(request.Completeness),
        Redaction = Writer.Format(request.Redaction ?? new()),
        Findings = List(request.Findings),
        Workloads = List(request.Workloads),
        Nodes = List(request.Nodes),
        Claims = List(request.Claims),
        Quotas = List(request.Quotas),
        CollectedAt = request.CollectedAt?.ToDateTimeOffset(),
    };

    /// <summary>Puts the parts together again; they were written by <see cref="Of"/>, so they fit.</summary>
    public Wire.DiagnosticResult ToWire()
    {
        var result = Reader.Parse<Wire.DiagnosticResult>($$"""
            {"pod_statuses":{{PodStatuses}},"events":{{Events}},"log_tails":{{LogTails ?? "{}"}},
             "previous_log_tails":{{PreviousLogTails ?? "{}"}},
             "completeness":{{Completeness ?? "[]"}},"redaction":{{Redaction ?? "{}"}},"findings":{{Findings ?? "[]"}},
             "workloads":{{Workloads ?? "[]"}},"nodes":{{Nodes ?? "[]"}},"claims":{{Claims ?? "[]"}},"quotas":{{Quotas ?? "[]"}}}
            """);
        result.CollectedAt = CollectedAt?.ToTimestamp();
        return result;
    }

    private static string List<T>(IEnumerable<T> items) where T : IMessage => $"[{string.Join(',', items.Select(i => Writer.Format(i)))}]";

    /// <summary>One map of a result as JSON: formatted within its message, since a map alone is none.</summary>
    private static string Part(Wire.DiagnosticResult holder, string field)
    {
        using var json = System.Text.Json.JsonDocument.Parse(Writer.Format(holder));
        return json.RootElement.GetProperty(field).GetRawText();
    }
}
