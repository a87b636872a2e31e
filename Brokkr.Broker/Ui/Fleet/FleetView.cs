using System.Globalization;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Ui.Objects;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Fleet;

/// <summary>What the page of the fleet shows.</summary>
/// <param name="Counts">How many deployment objects there are of each status, worst first.</param>
/// <param name="Clusters">How many clusters there are.</param>
/// <param name="Heard">How many of them are heard.</param>
/// <param name="Wrong">What is wrong now, worst first; silence apart.</param>
/// <param name="Silent">Clusters that are not heard, the longest silent first.</param>
/// <param name="Changes">The changes of the last hour, newest first.</param>
/// <param name="LastChange">When anything changed last; null where nothing ever did.</param>
public sealed record FleetView(
    IReadOnlyList<StatusTally> Counts, int Clusters, int Heard, IReadOnlyList<WrongView> Wrong, IReadOnlyList<SilentView> Silent,
    IReadOnlyList<FleetChange> Changes, DateTimeOffset? LastChange)
{
    /// <summary>How much of the fleet is heard.</summary>
    public string HeardSaid => string.Create(CultureInfo.InvariantCulture, $"{Heard:N0} of {Clusters:N0} clusters heard");

    /// <summary>Whether nothing is wrong and everybody is heard.</summary>
    public bool IsWell => Clusters > 0 && Heard == Clusters && Counts.All(c => c.Status == "healthy" || c.Number == 0);

    /// <summary>Pure.</summary>
    public static FleetView Of(
        Wire.HealthCounts counts, Wire.AgentCounts agents, IEnumerable<Wire.HealthGroup> groups, IEnumerable<Wire.Agent> silent,
        IReadOnlyList<Wire.HealthChange> changes, DateTimeOffset now)
    {
        var hourAgo = now.AddHours(-1);
        return new(
            StatusTally.All(counts), agents.Reporting + agents.Silent + agents.Never, agents.Reporting,
            // Of a silent cluster everything is unknown, which that it is silent says once.
            [.. groups.Where(g => !VerdictSql.IsOwnWord(g.Condition)).Select(WrongView.Of)],
            [.. silent.Select(SilentView.Of)],
            [.. changes.Select(FleetChange.Of).Where(c => c.At >= hourAgo)],
            changes.Count > 0 ? FleetChange.Of(changes[0]).At : null);
    }
}

/// <summary>What is wrong in the same way in a number of clusters.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="Status">The worst status among them.</param>
/// <param name="Name">The deployment object.</param>
/// <param name="Stack">Its stack.</param>
/// <param name="Condition">What they share; empty where that is no condition.</param>
/// <param name="Where">The cluster, or how many there are.</param>
/// <param name="Since">Since when the first of them.</param>
/// <param name="Path">The page of the one that has been so for the longest time.</param>
/// <param name="All">The list of them.</param>
public sealed record WrongView(
    string Anchor, string Status, string Name, string Stack, string Condition, string Where, DateTimeOffset? Since, string Path, string All)
{
    /// <summary>Pure.</summary>
    public static WrongView Of(Wire.HealthGroup group) => new(
        Parts.Anchor.Of("group", group.StackId, group.Name, group.Condition), StatusShape.WordOf(group.Status), group.Name, group.StackName,
        group.Condition,
        group.Agents == 1 && group.Example is not null
            ? group.Example.AgentName
            : string.Create(CultureInfo.InvariantCulture, $"{group.Agents:N0} {(group.Agents == 1 ? "cluster" : "clusters")}"),
        group.Since?.ToDateTimeOffset(), Address.OfObject(group.StackName, group.Name, group.Example?.AgentName),
        (ObjectsQuery.All with
        {
            Stack = group.StackName,
            Text = group.Name,
            Conditions = group.Condition.Length > 0 ? [group.Condition] : [],
        }).ToPath());
}

/// <summary>A cluster that is not heard.</summary>
public sealed record SilentView(string Id, string Name, DateTimeOffset? LastSeenAt, DateTimeOffset CreatedAt, int Objects)
{
    /// <summary>Pure.</summary>
    public static SilentView Of(Wire.Agent agent) => new(
        agent.Id, agent.Name, agent.LastSeenAt?.ToDateTimeOffset(), agent.CreatedAt.ToDateTimeOffset(),
        agent.Counts.Failing + agent.Counts.Degraded + agent.Counts.Unknown + agent.Counts.Healthy);
}

/// <summary>A change of a status somewhere.</summary>
public sealed record FleetChange(
    string Anchor, DateTimeOffset At, string Name, string Stack, string Cluster, string From, string To, IReadOnlyList<string> Conditions,
    string Path)
{
    /// <summary>Pure.</summary>
    public static FleetChange Of(Wire.HealthChange change)
    {
        var (what, at) = (change.Transition, change.Transition.At.ToDateTimeOffset());
        return new(
            string.Create(CultureInfo.InvariantCulture, $"change-{change.DeploymentObjectId}-{what.AgentId}-{at.UtcTicks}"), at,
            change.Name,
            change.StackName, what.AgentName, StatusShape.WordOf(what.From), StatusShape.WordOf(what.To), what.Conditions,
            Address.OfObject(change.StackName, change.Name, what.AgentName));
    }
}
