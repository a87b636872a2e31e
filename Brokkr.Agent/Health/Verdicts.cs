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
    private readonly Dictionary<Guid, Kept> _kept = [];

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
            var refused = refusals.Of(assignment.Target.Id);
            if (!judgesAll && !everything && !isNew && kept!.Refused == refused && !kept.IsOpen && now < kept.ChangesAt
                && !kept.Lookups.AreTouchedBy(changes))
                continue;
            if (!CanJudge(assignment))
                continue;
            kept = isNew ? _kept[assignment.Target.Id] = new(assignment, kept) : kept!;
            kept.Refused = refused;
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

    private Wire.DeploymentObjectReport Judge(Kept kept, DateTimeOffset now)
    {
        kept.Lookups.Clear();
        var (report, digest, changesAt) = cluster.Read(kept.Lookups, snapshot =>
        {
            var present = Report(kept.Assignment, kept.Refused, snapshot, now);
            var verdict = DigestOf(present);
            return (present, verdict, ChangesAt(now, at => DigestOf(Report(kept.Assignment, kept.Refused, snapshot, at)) == verdict));
        });
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

    private Wire.DeploymentObjectReport Report(Assignment assignment, IReadOnlyList<Refusal> refused, ClusterSnapshot snapshot,
        DateTimeOffset now)
    {
        if (!options.Enabled)
            return DeploymentHealth.Disabled(assignment.Target.Id, now).ToWire(now);
        return rules.Evaluate(assignment, refused, snapshot, now).ToWire(now);
    }

    /// <summary>
    /// When the verdict will be another although nothing happens, up to the next full report: the rules are asked about later moments.
    /// Pure.
    /// </summary>
    private DateTimeOffset ChangesAt(DateTimeOffset now, Func<DateTimeOffset, bool> isSame)
    {
        var (same, other) = (now, now + _horizon);
        if (isSame(other))
            return DateTimeOffset.MaxValue;
        while (other - same > Precision)
        {
            var between = same + ((other - same) / 2);
            if (isSame(between))
                same = between;
            else
                other = between;
        }

        return other;
    }

    /// <summary>Of the report without its time: what has to change for a change to be reported.</summary>
    private static UInt128 DigestOf(Wire.DeploymentObjectReport report)
    {
        var time = report.CheckedAt;
        report.CheckedAt = null;
        var digest = XxHash128.HashToUInt128(report.ToByteArray());
        report.CheckedAt = time;
        return digest;
    }

    /// <summary>One deployment object: what was judged, what was sent, and what the judgement rests on.</summary>
    private sealed class Kept(Assignment assignment, Kept? before)
    {
        private UInt128? _sent = before?._sent;

        public Assignment Assignment { get; } = assignment;

        public Lookups Lookups { get; } = new();

        /// <summary>What was refused when it was judged.</summary>
        public IReadOnlyList<Refusal> Refused { get; set; } = [];

        public Wire.HealthStatus.Types.Word? Status { get; set; } = before?.Status;

        public UInt128 Digest { get; set; }

        public DateTimeOffset ChangesAt { get; set; }

        /// <summary>Whether the broker does not have the verdict yet.</summary>
        public bool IsOpen => _sent != Digest;

        public void Reopen() => _sent = null;

        /// <summary>Until it is marked as sent nobody knows what the broker has: a call that fails may have arrived.</summary>
        public Action HandOut()
        {
            _sent = null;
            return () => _sent = Digest;
        }
    }
}

/// <summary>A report that is to be sent.</summary>
/// <param name="Report">The report.</param>
/// <param name="MarkSent">To be called when the broker has it.</param>
internal sealed record DueReport(Wire.DeploymentObjectReport Report, Action MarkSent);
