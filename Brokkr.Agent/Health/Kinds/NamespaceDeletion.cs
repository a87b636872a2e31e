using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Says why a namespace that is being deleted is still there. Pure.</summary>
internal static class NamespaceDeletion
{
    public static readonly IReadOnlyList<string> Fields = [.. ConditionFields.OfStatus, "spec.finalizers"];

    /// <summary>Its conditions say what is left in it, and its specification which finalizers are its own.</summary>
    public static string Text(ProjectedObject ns) => string.Join("; ", ns.Conditions()
        .Where(c => c is { IsTrue: true, Message.Length: > 0 })
        .Select(c => c.Message)
        .Append(Finalizers(ns) is { Length: > 0 } own ? $"its own finalizers: {own}" : null)
        .Where(text => text is not null));

    private static string Finalizers(ProjectedObject ns) => string.Join(", ", ns.At("spec.finalizers.*").Select(JsonPaths.TextOf));
}
