using Brokkr.Broker.Health;
using Brokkr.Broker.Ui.Clusters;
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
        var summary = stack.Summary;
        return new(
            stack.Id, stack.Name, summary?.DeploymentObjects ?? 0, summary?.Agents ?? 0,
            StatusShape.WordOf(summary?.OverallStatus ?? default), StatusTally.Said(StatusTally.Of(summary?.Counts ?? new())));
    }
}

/// <summary>What the page of a stack shows.</summary>
/// <param name="Stack">The stack.</param>
/// <param name="Objects">What it holds, worst first.</param>
/// <param name="Targets">The clusters that run it, the longest silent first.</param>
public sealed record StackView(StackLine Stack, IReadOnlyList<HeldView> Objects, IReadOnlyList<ClusterRow> Targets);

/// <summary>A deployment object of a stack.</summary>
/// <param name="Id">The standing revision, a UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Revision">The number of the standing revision.</param>
/// <param name="SubmittedAt">When that was submitted.</param>
/// <param name="Status">The worst status of all clusters; empty where none runs it.</param>
/// <param name="Counts">How many clusters say what, as in <c>1 failing, 4 healthy</c>.</param>
/// <param name="Path">Its page.</param>
public sealed record HeldView(string Id, string Name, int Revision, DateTimeOffset SubmittedAt, string Status, string Counts, string Path)
{
    internal static HeldView Of(HeldRow row, string stack)
    {
        var counts = StatusTally.Of(row.Counts.ToWire());
        return new(
            $"{row.Id}", row.Name, row.Revision, row.CreatedAt, counts.Count > 0 ? counts[0].Status : "", StatusTally.Said(counts),
            Address.OfObject(stack, row.Name));
    }
}
