namespace Brokkr.Bench.Scale;

/// <summary>Everything that can be read over REST, in a large fleet.</summary>
internal static class ScaleReads
{
    private const double Limit = 50;

    /// <summary>Of one stack, agent and object among many.</summary>
    public static IEnumerable<ScaleCall> Of(ScaleFleet fleet)
    {
        var (stack, agent, placed) = (fleet.Stack, fleet.Middle, fleet.Object);
        return Reads(
        [
            ("health, first page", "health"),
            ("health, severity first", "health?order_by=severity"),
            ("health, newest first", "health?order_by=since"),
            ("health with facets", "health?with_facets=true"),
            ("health, failing", "health?status=failing"),
            ("health, failing and degraded", "health?status=failing&status=degraded"),
            ("health, unknown", "health?status=unknown"),
            ("health by condition", "health?condition=CrashLoopBackOff"),
            ("health, Stale", "health?condition=Stale"),
            ("health by exact name", "health?name=app-7"),
            ("health by text", "health?text=pp-77"),
            ("health by text that nothing has", "health?text=nowhere"),
            ("health by text and status", "health?text=app-7&status=failing"),
            ("health of a stack, failing", $"health?stack_id={stack}&status=failing"),
            ("groups", "health/groups"),
            ("groups of a stack", $"health/groups?stack_id={stack}"),
            ("groups by condition", "health/groups?condition=CrashLoopBackOff"),
            ("changes", "health/changes"),
            ("changes of a stack", $"health/changes?stack_id={stack}"),
            ("changes of an agent", $"health/changes?agent_id={agent}"),
            ("health of a stack", $"stacks/{stack}/health"),
            ("health of an agent", $"agents/{agent}/health"),
            ("health of an object", $"deployment-objects/{placed}/health"),
            ("health of an object on one agent", $"deployment-objects/{placed}/health?agent_id={agent}"),
            ("history of an object", $"deployment-objects/{placed}/health/history"),
            ("history of an object on one agent", $"deployment-objects/{placed}/health/history?agent_id={agent}"),
            ("agents", "agents"),
            ("agents, severity first", "agents?order_by=severity"),
            ("agents, silent", "agents?state=silent"),
            ("agents by text", "agents?text=gent-77"),
            ("an agent", $"agents/{agent}"),
            ("targets of an agent", $"agents/{agent}/targets"),
            ("stacks", "stacks"),
            ("stacks with summary", "stacks?with_summary=true"),
            ("stacks, failing", "stacks?status=failing&with_summary=true"),
            ("stacks by text", "stacks?text=tack-7"),
            ("a stack", $"stacks/{stack}"),
            ("objects of a stack", $"stacks/{stack}/deployment-objects"),
            ("an object", $"deployment-objects/{placed}"),
            ("revisions of an object", $"stacks/{stack}/deployment-objects/app-0/revisions"),
            ("diagnostics of an object", $"deployment-objects/{placed}/diagnostics"),
            ("keys", "paks"),
            ("who am I", "self"),
            ("audit", "audit-events"),
            ("audit by action", "audit-events?action=rotate_pak"),
            ("audit by actor", "audit-events?actor=nobody"),
            ("alerts", "alerts"),
            ("alert rules", "alert-rules"),
            ("alert silences", "alert-silences"),
            ("alert receivers", "alert-receivers"),
            ("alert deliveries", "alert-deliveries"),
        ]);
    }

    /// <summary>Of a stack with one object that every agent has.</summary>
    public static IEnumerable<ScaleCall> OfWide(ScaleFleet fleet, Guid stack, Guid wide) => Reads(
    [
        ("everywhere: health of the stack", $"stacks/{stack}/health"),
        ("everywhere: health of the object", $"deployment-objects/{wide}/health"),
        ("everywhere: of the object on one agent", $"deployment-objects/{wide}/health?agent_id={fleet.Middle}"),
        ("everywhere: history", $"deployment-objects/{wide}/health/history"),
        ("everywhere: list", $"health?stack_id={stack}"),
        ("everywhere: groups", $"health/groups?stack_id={stack}"),
        ("everywhere: stacks with summary", "stacks?with_summary=true"),
        ("everywhere: diff", $"deployment-objects/{wide}/diff"),
    ]);

    private static IEnumerable<ScaleCall> Reads(IEnumerable<(string Name, string Path)> reads) =>
        reads.Select(read => ScaleCall.Read(read.Name, read.Path, Limit));
}
