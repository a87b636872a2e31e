using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>What the page of a deployment object shows.</summary>
/// <param name="Id">The newest revision, a UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Stack">Name of its stack.</param>
/// <param name="Revision">Number of the newest revision.</param>
/// <param name="SubmittedAt">When that was submitted.</param>
/// <param name="Status">The worst status of all clusters.</param>
/// <param name="Clusters">What each cluster says, worst first.</param>
/// <param name="ClustersOmitted">How many more there are, none of them worse.</param>
/// <param name="Chosen">The cluster that is shown in full: the one asked for, or the worst; null where there is none.</param>
/// <param name="Verdict">How it is there, in a sentence.</param>
/// <param name="Causes">What that is drawn from, worst first.</param>
/// <param name="CausesOmitted">How many more there are.</param>
/// <param name="Resources">The Kubernetes objects, those that are not ready first.</param>
/// <param name="ResourcesOmitted">How many more there are.</param>
/// <param name="Days">The last 30 days.</param>
/// <param name="Changes">The changes of these days, newest first.</param>
/// <param name="Revisions">The revisions, newest first.</param>
/// <param name="Diagnostics">The diagnostics of the newest revision, newest first.</param>
public sealed record ObjectView(
    string Id, string Name, string Stack, int Revision, DateTimeOffset SubmittedAt, string Status, IReadOnlyList<ClusterView> Clusters,
    int ClustersOmitted, ClusterView? Chosen, Verdict Verdict, IReadOnlyList<CauseView> Causes, int CausesOmitted,
    IReadOnlyList<ResourceView> Resources, int ResourcesOmitted, IReadOnlyList<RibbonDay> Days, IReadOnlyList<ChangeView> Changes,
    IReadOnlyList<RevisionView> Revisions, IReadOnlyList<AskedView> Diagnostics)
{
    /// <summary>Pure.</summary>
    internal static ObjectView Of(
        DeploymentObjectRow row, Wire.ListedHealth health, Wire.AgentVerdict? chosen, ObjectRecord record, DateTimeOffset now)
    {
        var path = Address.OfObject(row.StackName!, row.Name);
        var shown = chosen is null || health.Agents.Contains(chosen) ? health.Agents : [chosen, .. health.Agents];
        var clusters = shown.Select(a => ClusterView.Of(a, a == chosen, path)).ToList();
        var summary = chosen?.Summary ?? health.Summary;
        return new(
            $"{row.Id}", row.Name, row.StackName!, row.Revision, row.CreatedAt, StatusShape.WordOf(health.Status), clusters,
            Math.Max(0, health.AgentsTotal - clusters.Count), clusters.FirstOrDefault(c => c.IsChosen),
            chosen is null ? Verdict.Untargeted(row.StackName!) : Verdict.Of(chosen),
            [.. summary.Findings.Select(CauseView.Of)], summary.FindingsOmitted,
            [.. summary.Resources.Select(ResourceView.Of)], summary.ResourcesOmitted,
            chosen is null ? [] : RibbonDays.Of(record.Changes, chosen.Status, chosen.Since?.ToDateTimeOffset(), record.Revisions, now),
            [.. record.Changes.Take(ChangeView.Most).Select(ChangeView.Of)],
            [.. record.Revisions.Select(r => RevisionView.Of(r, row.StackName!))],
            [.. record.Diagnostics.Select(d =>
                AskedView.Of(d, health.Agents.FirstOrDefault(a => a.AgentId == $"{d.AgentId}")?.AgentName))]);
    }
}

/// <summary>What is read of a deployment object besides its verdicts, each newest first.</summary>
internal sealed record ObjectRecord(
    IReadOnlyList<TransitionRow> Changes, IReadOnlyList<DeploymentObjectRow> Revisions, IReadOnlyList<DiagnosticRow> Diagnostics);

/// <summary>A change of the status in the cluster that is shown.</summary>
public sealed record ChangeView(DateTimeOffset At, string From, string To, IReadOnlyList<string> Conditions)
{
    /// <summary>How many are shown.</summary>
    public const int Most = 50;

    internal static ChangeView Of(TransitionRow row) =>
        new(row.At, StatusShape.WordOf(row.FromStatus), StatusShape.WordOf(row.ToStatus), row.Conditions);
}

/// <summary>A revision, and the page of what it changed.</summary>
public sealed record RevisionView(int Number, DateTimeOffset SubmittedAt, string By, bool IsNewest, string Path)
{
    /// <summary>Where the page of a revision lies. Pure.</summary>
    public static string PathOf(string stack, string name, int number) =>
        $"/ui/stacks/{Uri.EscapeDataString(stack)}/{Uri.EscapeDataString(name)}/revisions/{number}";

    internal static RevisionView Of(DeploymentObjectRow row, string stack) => new(
        row.Revision, row.CreatedAt, row.CreatedBy ?? "", row.SupersededAt is null, PathOf(stack, row.Name, row.Revision));
}

/// <summary>A diagnostic that was asked for.</summary>
public sealed record AskedView(string Id, string Status, string Word, string Cluster, DateTimeOffset At, string By)
{
    internal static AskedView Of(DiagnosticRow row, string? cluster) => new(
        $"{row.Id}",
        row.Status switch
        {
            Wire.DiagnosticStatus.Types.Word.Completed => "healthy",
            Wire.DiagnosticStatus.Types.Word.Failed => "failing",
            Wire.DiagnosticStatus.Types.Word.Pending or Wire.DiagnosticStatus.Types.Word.Claimed => "rolling_out",
            _ => "unknown",
        },
        row.Status.Text(), cluster ?? "a cluster that is gone", row.CreatedAt, row.RequestedBy ?? "");
}
