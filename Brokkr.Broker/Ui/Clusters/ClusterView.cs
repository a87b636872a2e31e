using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Ui.Objects;

namespace Brokkr.Broker.Ui.Clusters;

/// <summary>What the page of a cluster shows.</summary>
/// <param name="Cluster">The cluster itself.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="Steps">How far a new cluster has come; empty once it reports and nothing is left to wait for.</param>
/// <param name="Stacks">The stacks that it runs.</param>
/// <param name="Others">Stacks that it could run besides, by name.</param>
/// <param name="Rows">What it runs, worst first, the first of it.</param>
/// <param name="ClusterId">Identity of the cluster, the UID of its namespace kube-system; empty where the agent did not say.</param>
/// <param name="Concerns">What its agent says of itself.</param>
/// <param name="Made">Its key and how to install it, at the only moment at which anybody can read it; null otherwise.</param>
public sealed record ClusterView(
    ClusterRow Cluster, DateTimeOffset CreatedAt, IReadOnlyList<ArrivalStep> Steps, IReadOnlyList<StackChoice> Stacks,
    IReadOnlyList<StackChoice> Others, IReadOnlyList<PlacedView> Rows, string ClusterId, ClusterConcerns Concerns, Installation? Made)
{
    /// <summary>How many rows are shown.</summary>
    public const int Most = 50;

    /// <summary>Pure.</summary>
    internal static ClusterView Of(
        AgentRow agent, IReadOnlyList<TargetRow> targets, IEnumerable<StackRow> stacks, IReadOnlyList<VerdictRow> rows, Installation? made)
    {
        var wire = agent.ToWire();
        var cluster = ClusterRow.Of(wire);
        var run = targets.Select(t => t.StackId).ToHashSet();
        return new(
            cluster, agent.CreatedAt, ArrivalStep.Of(cluster, targets.Count, rows.Any(r => r.ReceivedAt is not null)),
            [.. targets.Select(t => new StackChoice($"{t.StackId}", t.StackName))],
            [.. stacks.Where(s => !run.Contains(s.Id)).Select(s => new StackChoice($"{s.Id}", s.Name))],
            [.. rows.Take(Most).Select(r => PlacedView.Of(r.ToPlaced()))], wire.ClusterId, ClusterConcerns.Of(wire), made);
    }
}

/// <summary>A stack that can be chosen.</summary>
public sealed record StackChoice(string Id, string Name);

/// <summary>One step of a new cluster on its way.</summary>
/// <param name="Title">What happens in it.</param>
/// <param name="State"><c>done</c>, <c>now</c> or <c>ahead</c>.</param>
/// <param name="Hint">What to look at while it does not happen; empty where it did.</param>
public sealed record ArrivalStep(string Title, string State, string Hint)
{
    /// <summary>Heard, listed, first report; none once all of it happened. Pure.</summary>
    public static IReadOnlyList<ArrivalStep> Of(ClusterRow cluster, int stacks, bool hasReported)
    {
        bool[] done = [cluster.State != "never", cluster.Version.Length > 0, hasReported];
        if (done.All(d => d))
            return [];
        (string Title, string Hint)[] steps =
        [
            ("Heard",
            "Nothing came yet. See whether the pod runs: kubectl -n brokkr get pods; its log says whether it reaches the broker."),
            ("Listed its cluster", "It is heard and has not begun a session yet. Its log names the rights that it lacks."),
            ("First report", stacks == 0
                ? "It has nothing to report: give it a stack below."
                : cluster.Objects == 0
                    ? "The stacks that it runs are empty: submit something to one of them."
                    : "It takes a minute after the first look."),
        ];
        var now = Array.FindIndex(done, d => !d);
        return [.. steps.Select((s, i) => new ArrivalStep(s.Title, done[i] ? "done" : i == now ? "now" : "ahead", i == now ? s.Hint : ""))];
    }
}
