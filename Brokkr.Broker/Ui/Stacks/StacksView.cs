using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>What the list of stacks shows.</summary>
/// <param name="Text">A part of the name that is asked for; empty for all.</param>
/// <param name="Rows">The stacks of this page.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
/// <param name="Refusal">Why a stack was not made; empty where none was refused.</param>
public sealed record StacksView(string Text, IReadOnlyList<StackLine> Rows, string? Next, string Refusal)
{
    /// <summary>Where it lies.</summary>
    public const string Path = "/ui/stacks";
}

/// <summary>A stack of the list.</summary>
public sealed record StackLine(string Id, string Name, int Objects, int Clusters, string Status, string Counts)
{
    public string Path => PathOf(Name);

    /// <summary>The page of a stack. Pure.</summary>
    public static string PathOf(string name) => $"{StacksView.Path}/{Uri.EscapeDataString(name)}";

    /// <summary>Pure.</summary>
    public static StackLine Of(Wire.Stack stack)
    {
        var (summary, counts) = (stack.Summary, stack.Summary?.Counts ?? new());
        var said = new[]
            {
                (counts.Failing, "failing"), (counts.Degraded, "degraded"), (counts.Unknown, "unknown"), (counts.Healthy, "healthy"),
            }
            .Where(c => c.Item1 > 0).Select(c => $"{c.Item1} {c.Item2}");
        return new(
            stack.Id, stack.Name, summary?.DeploymentObjects ?? 0, summary?.Agents ?? 0,
            StatusShape.WordOf(summary?.OverallStatus ?? default), string.Join(", ", said));
    }
}

/// <summary>What the page of a stack shows.</summary>
/// <param name="Stack">The stack.</param>
/// <param name="Objects">What it holds, by name.</param>
public sealed record StackView(StackLine Stack, IReadOnlyList<HeldView> Objects);

/// <summary>A deployment object of a stack.</summary>
public sealed record HeldView(string Id, string Name, int Revision, DateTimeOffset SubmittedAt, string Path);

/// <summary>A submission before it counts.</summary>
/// <param name="Stack">Name of the stack.</param>
/// <param name="Name">Name of the deployment object.</param>
/// <param name="Yaml">What was given, for whoever gave it; empty where a former revision is to stand again.</param>
/// <param name="From">The revision that is to stand again; null where something new is submitted.</param>
/// <param name="Errors">Why it cannot count, with line and column; none where it can.</param>
/// <param name="Standing">The revision that stands now; null where the name is new.</param>
/// <param name="Clusters">How many clusters it reaches.</param>
/// <param name="Diff">What it changes; null where it cannot count.</param>
public sealed record SubmissionView(
    string Stack, string Name, string Yaml, int? From, IReadOnlyList<string> Errors, int? Standing, int Clusters, DiffView? Diff)
{
    /// <summary>Whether it would change nothing.</summary>
    public bool IsSame => Diff is { Added: 0, Removed: 0 } && Standing is not null;
}
