using System.IO.Hashing;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Text;
using Google.Protobuf;

namespace Brokkr.Agent.Health;

/// <summary>
/// Keeps what was last said of every deployment object, and judges anew only those whose objects changed or whose verdict time alone is
/// about to change. Not thread-safe.
/// </summary>
internal sealed class Verdicts(ClusterState cluster, Refusals refusals, HealthOptions options, HealthEvaluator rules, ILogger log)
{
    /// <summary>How exactly the moment is found at which time alone changes a verdict.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _horizon = TimeSpan.FromSeconds(options.CheckInterval) + Precision;
    private readonly Dictionary<Guid, KeptVerdict> _kept = [];

    /// <summary>The reports that are due: what differs from what was sent, or everything.</summary>
    /// <param name="assignments">What the agent looks after.</param>
    /// <param name="now">The moment.</param>
    /// <param name="judgesAll">Whether everything is judged anew, whatever changed.</param>
    /// <param name="everything">Whether everything is due; then it is judged anew too.</param>
    public IReadOnlyList<DueReport> Due(IReadOnlyList<Assignment> assignments, DateTimeOffset now, bool judgesAll, bool everything)
    {
        foreach (var gone in _kept.Keys.Except(assignments.Select(a => a.Target.Id)).ToList())
            _kept.Remove(gone);
        var changes = cluster.TakeChanges();
        var due = new List<DueReport>();
        foreach (var assignment in assignments)
        {
            var kept = _kept.GetValueOrDefault(assignment.Target.Id);
            var isNew = kept?.Assignment != assignment;
            var (refused, isAwaited) = (refusals.Of(assignment.Target.Id), refusals.IsAwaited(assignment.Target.Id));
            if (!judgesAll && !everything && !isNew && kept!.Refused == refused && kept.WasAwaited == isAwaited && !kept.IsOpen
                && now < kept.ChangesAt && !kept.Lookups.AreTouchedBy(changes))
                continue;
            if (!CanJudge(assignment))
                continue;
            kept = isNew ? _kept[assignment.Target.Id] = new(assignment, kept) : kept!;
            (kept.Refused, kept.WasAwaited) = (refused, isAwaited);
            var report = Judge(kept, now);
            if (everything || kept.IsOpen)
                due.Add(new(report, kept.HandOut()));
        }

        return due;
    }

    /// <summary>The broker does not have what was sent of these, or of anything: it is due again.</summary>
    public void Reopen(IEnumerable<Guid>? missing = null)
    {
        foreach (var id in missing ?? [.. _kept.Keys])
            _kept.GetValueOrDefault(id)?.Reopen();
    }

    /// <summary>Before what the manifests name was looked for, it would read as missing.</summary>
    private bool CanJudge(Assignment assignment) => !options.Enabled
        || cluster.Knows(
        BaseKinds.Needed.Concat(assignment.Target.Resources.Select(r => new KindId(ResourceId.GroupOf(r.ApiVersion), r.Kind)).Distinct()));

    /// <summary>
    /// The rules run while the cluster stands still, once for now and once for the horizon; what is written of them does not.
    /// </summary>
    private Wire.DeploymentObjectReport Judge(KeptVerdict kept, DateTimeOffset now)
    {
        kept.Lookups.Clear();
        var horizon = now + _horizon;
        var (present, later) = cluster.Read(kept.Lookups, snapshot =>
        {
            var first = Evaluate(kept, snapshot, now);
            kept.Seen = first.Seen;
            return (first, Evaluate(kept, snapshot, horizon));
        });
        var report = present.ToWire(now);
        var digest = DigestOf(report);
        var changesAt = VerdictChange.FirstAfter(now, horizon, Precision, at => DigestOf(
            (at == horizon ? later : cluster.Read(kept.Lookups, snapshot => Evaluate(kept, snapshot, at))).ToWire(at)) == digest);
        // What is healthy from the beginning is no news.
        if (kept.Status != report.Status && log.IsEnabled(LogLevel.Information)
            && (kept.Status is not null || report.Status != Wire.HealthStatus.Types.Word.Healthy))
        {
            var (name, before) = (ShortText.Name(kept.Assignment.Target.Name), kept.Status?.ToString() ?? "New");
            var conditions = string.Join(", ", report.Summary.Conditions);
            HealthLog.Changed(log, name, before, report.Status, conditions);
        }

        (kept.Status, kept.Digest, kept.ChangesAt) = (report.Status, digest, changesAt);
        return report;
    }

    private DeploymentHealth Evaluate(KeptVerdict kept, ClusterSnapshot snapshot, DateTimeOffset at) => options.Enabled
        ? rules.Evaluate(refusals.Begun(kept.Assignment, at), kept.Refused, snapshot, at, before: kept.Seen)
        : DeploymentHealth.Disabled(kept.Assignment.Target.Id, at);

    /// <summary>Of the report but for its time: what has to change for a change to be reported.</summary>
    private static UInt128 DigestOf(Wire.DeploymentObjectReport report) =>
        XxHash128.HashToUInt128(
            new Wire.DeploymentObjectReport { Id = report.Id, Status = report.Status, Summary = report.Summary }.ToByteArray());
}
