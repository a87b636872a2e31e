namespace Brokkr.Broker.Ui.Clusters;

/// <summary>What an agent says of itself that somebody has to look at.</summary>
/// <param name="Held">What it would delete and holds back; null where there is nothing.</param>
/// <param name="MissingRights">The rights that it lacks.</param>
public sealed record ClusterConcerns(HeldDeletion? Held, IReadOnlyList<MissingRightRow> MissingRights)
{
    /// <summary>In a few words each, as a list of clusters has place for.</summary>
    public IEnumerable<string> Said =>
    [
        .. Held is null ? (string[])[] : ["deletion held back"],
        .. MissingRights.Count switch { 0 => (string[])[], 1 => ["lacks 1 right"], var many => [$"lacks {many} rights"] },
    ];

    /// <summary>Pure.</summary>
    public static ClusterConcerns Of(Wire.Agent agent) => new(
        agent.DeletionHeld is { } held ? new(held.Count, held.Since.ToDateTimeOffset(), held.Number) : null,
        [.. agent.MissingRights.Select(MissingRightRow.Of)]);
}

/// <summary>A deletion that waits for an admin.</summary>
/// <param name="Count">How many objects.</param>
/// <param name="Since">Since when.</param>
/// <param name="Number">The target state that asks for it.</param>
public sealed record HeldDeletion(int Count, DateTimeOffset Since, long Number);

/// <summary>Verbs that the agent may not use on a kind.</summary>
/// <param name="Kind">As in permissions: <c>deployments.apps</c>.</param>
/// <param name="Namespace">The namespace, or that it is the whole cluster.</param>
/// <param name="Verbs">The verbs.</param>
public sealed record MissingRightRow(string Kind, string Namespace, string Verbs)
{
    /// <summary>Pure.</summary>
    public static MissingRightRow Of(Wire.MissingRight right) => new(
        right.Group.Length > 0 ? $"{right.Resource}.{right.Group}" : right.Resource,
        right.Namespace.Length > 0 ? right.Namespace : "the whole cluster", string.Join(", ", right.Verbs));
}
