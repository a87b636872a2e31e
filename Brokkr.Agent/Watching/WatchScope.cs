namespace Brokkr.Agent.Watching;

/// <summary>Where the agent watches, and what the features above want of it.</summary>
/// <param name="Namespaces">The namespaces; empty for all.</param>
/// <param name="EventLookback">How far back events are asked for.</param>
/// <param name="ReadsLogs">Whether logs are asked for.</param>
/// <param name="Applies">Whether manifests are applied.</param>
internal sealed record WatchScope(IReadOnlyList<string> Namespaces, TimeSpan EventLookback, bool ReadsLogs, bool Applies)
{
    /// <summary>Whether only namespaces are watched.</summary>
    public bool IsConfined => Namespaces.Count > 0;
}
