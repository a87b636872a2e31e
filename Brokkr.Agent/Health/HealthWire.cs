using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Health;

/// <summary>Turns health into the message that is reported. Pure.</summary>
internal static class HealthWire
{
    /// <param name="health">The health.</param>
    /// <param name="now">When the agent looked.</param>
    public static Wire.DeploymentObjectReport ToWire(this DeploymentHealth health, DateTimeOffset now)
    {
        var budget = new RedactionBudget();
        return new()
        {
            Id = health.Id.ToString(),
            Status = ToWire(health.Status),
            CheckedAt = now.ToTimestamp(),
            Summary = new()
            {
                PodsReady = health.Pods.Ready,
                PodsTotal = health.Pods.Total,
                Conditions = { health.Conditions.Take(Limits.SummaryRows) },
                Resources = { health.Resources.Select(r => ToWire(r, budget)) },
                Findings = { health.Findings.Select(f => ToWire(f, health.JudgedAt, budget)) },
                ResourcesOmitted = health.ResourcesOmitted,
                FindingsOmitted = health.FindingsOmitted,
            },
        };
    }

    private static Wire.ResourceHealth ToWire(ResourceRow row, RedactionBudget budget) => new()
    {
        Kind = ShortText.Name(row.Id.Kind),
        Name = ShortText.Name(row.Id.Name),
        Namespace = ShortText.Name(row.Id.Namespace),
        ApiVersion = ShortText.Name(row.ApiVersion),
        Ready = row.IsReady,
        Status = ToWire(row.Status),
        Message = ShortText.Message(row.Message, budget),
    };

    /// <param name="finding">The finding.</param>
    /// <param name="judgedAt">When it was judged.</param>
    /// <param name="budget">Of the report or result that it goes into.</param>
    public static Wire.Finding ToWire(this Finding finding, DateTimeOffset judgedAt, RedactionBudget budget)
    {
        var wire = new Wire.Finding
        {
            Condition = finding.Condition,
            Severity = finding.Severity == Severity.LeftOut ? Wire.HealthStatus.Types.Word.Unknown : ToWire(finding.OverallAt(judgedAt)),
            Kind = ShortText.Name(finding.Object.Kind),
            Name = ShortText.Name(finding.Object.Name),
            Namespace = ShortText.Name(finding.Object.Namespace),
            Container = ShortText.Name(finding.Container),
            ContainerType = ToWire(finding.ContainerType),
            Message = ShortText.Message(finding.Message, budget),
            Since = finding.Since?.ToTimestamp(),
            Restarts = finding.Restarts,
        };
        if (finding.ExitCode is { } exitCode)
            wire.ExitCode = exitCode;
        if (finding.Signal is { } signal)
            wire.Signal = signal;
        return wire;
    }

    private static string ToWire(ContainerType? type) => type switch
    {
        ContainerType.App => "app",
        ContainerType.Init => "init",
        ContainerType.Sidecar => "sidecar",
        _ => "",
    };

    private static Wire.HealthStatus.Types.Word ToWire(OverallStatus status) => status switch
    {
        OverallStatus.Healthy => Wire.HealthStatus.Types.Word.Healthy,
        OverallStatus.Unknown => Wire.HealthStatus.Types.Word.Unknown,
        OverallStatus.Degraded => Wire.HealthStatus.Types.Word.Degraded,
        OverallStatus.Failing => Wire.HealthStatus.Types.Word.Failing,
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    private static Wire.ResourceStatus.Types.Word ToWire(RowStatus status) => status switch
    {
        RowStatus.Healthy => Wire.ResourceStatus.Types.Word.Healthy,
        RowStatus.Suspended => Wire.ResourceStatus.Types.Word.Suspended,
        RowStatus.Progressing => Wire.ResourceStatus.Types.Word.Progressing,
        RowStatus.Unknown => Wire.ResourceStatus.Types.Word.Unknown,
        RowStatus.Degraded => Wire.ResourceStatus.Types.Word.Degraded,
        RowStatus.Failing => Wire.ResourceStatus.Types.Word.Failing,
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
