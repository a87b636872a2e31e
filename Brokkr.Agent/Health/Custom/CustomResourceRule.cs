using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Agent.Health.Custom;

/// <summary>Judges custom resources by the table of their kind, and by what most controllers have in common. Pure.</summary>
internal static class CustomResourceRule
{
    /// <summary>Where operators stop a controller from looking at a resource.</summary>
    private static readonly string[] SwitchPaths = ["spec.suspend", "spec.suspended", "spec.paused", "spec.pause"];

    /// <summary>Where controllers that have no conditions write one word.</summary>
    private static readonly string[] PhasePaths =
        ["status.phase", "status.state", "status.currentState", "status.overallStatus", "status.status"];

    private static readonly TimeSpan LagPatience = TimeSpan.FromMinutes(5);

    /// <summary>The rule of a kind that is not one of Kubernetes.</summary>
    public static KindRule Of(KindId kind, RuleBook book) => KindRule.Projected(
        [.. ConditionFields.OfStatus, .. SwitchPaths, .. PhasePaths, "status.message", .. book.For(kind).SelectMany(row => row.Paths)],
        (resource, resourceCase, context) => Evaluate(resource, resourceCase.Observed, book, context.Now));

    private static Verdict Evaluate(ProjectedObject resource, bool observed, RuleBook rules, DateTimeOffset now)
    {
        if (SwitchPaths.Any(resource.IsSet))
            return new("Suspended", [ResourceFinding.Suspended(resource, "It is suspended.")]);
        if (!observed)
            return new("Its controller has not seen the newest change", []);
        var conditions = resource.Conditions().ToList();
        return Lag(resource, conditions, rules.Words)
            ?? rules.For(new(resource.Id.Group, resource.Kind)).Select(rule => rule.Judge(resource))
            .FirstOrDefault(verdict => verdict is not null)
            ?? Fault(resource, conditions, rules.Words)
            ?? NotReady(resource, conditions, rules.Words)
            ?? Phase(resource, rules.Words)
            ?? Silent(resource, conditions, now)
            ?? new(conditions.Find(c => rules.Words.ReadyTypes.Has(c.Type)) is { } ready
            ? ResourceFinding.TextOf(ready)
            : "It exists.", []);
    }

    private static Verdict? Lag(ProjectedObject resource, List<Condition> conditions, RuleWords words)
    {
        if (conditions.Find(c => words.ReadyTypes.Has(c.Type) && c.ObservedGeneration < resource.Metadata.Generation) is not { } behind)
            return null;
        var message = $"Its condition {behind.Type} is of generation {behind.ObservedGeneration} of {resource.Metadata.Generation}.";
        return new(message, [CustomFinding.Waiting(resource, message, null, LagPatience) with { Since = Starts.OfGeneration(resource) }]);
    }

    private static Verdict? Fault(ProjectedObject resource, List<Condition> conditions, RuleWords words)
    {
        var fault = conditions.Find(c => c.IsTrue && words.FailureTypes.Has(c.Type))
            ?? conditions.Find(c => c.IsFalse && words.ReadyTypes.Has(c.Type) && words.ErrorReasons.Has(c.Reason))
            ?? conditions.Find(c =>
            c.IsFalse && !words.ReadyTypes.Has(c.Type) && !words.FailureTypes.Has(c.Type) && words.OtherErrorReasons.Has(c.Reason));
        return fault is null
            ? null
            : new(ResourceFinding.TextOf(fault), [CustomFinding.Fault(resource, ResourceFinding.TextOf(fault), new(fault), null)]);
    }

    private static Verdict? NotReady(ProjectedObject resource, List<Condition> conditions, RuleWords words)
    {
        var ready = conditions.Find(c => c.Type == "Ready") ?? conditions.Find(c => words.ReadyTypes.Has(c.Type) && !c.IsTrue);
        var waiting = ready is { IsTrue: false }
            ? ready
            : ready is null ? conditions.Find(c => c is { Type: "Reconciling", IsTrue: true }) : null;
        if (waiting is null)
            return null;
        var text = ResourceFinding.TextOf(waiting);
        return new(text, [CustomFinding.Waiting(resource, text, waiting, CustomFinding.WaitingPatience)]);
    }

    private static Verdict? Phase(ProjectedObject resource, RuleWords words)
    {
        foreach (var phase in PhasePaths.Select(resource.Text).Where(p => p is not null))
        {
            var text = resource.Text("status.message") is { Length: > 0 } message ? $"{phase}: {message}" : $"It says {phase}.";
            if (words.BadPhases.Has(phase))
                return new(text, [CustomFinding.Fault(resource, text, new(Value: phase), null)]);
            if (words.WaitingPhases.Has(phase))
                return new(text, [CustomFinding.Waiting(resource, text, null, CustomFinding.WaitingPatience)]);
            if (words.PausedPhases.Has(phase))
                return new(text, [ResourceFinding.Suspended(resource, text)]);
        }

        return null;
    }

    private static Verdict? Silent(ProjectedObject resource, List<Condition> conditions, DateTimeOffset now)
    {
        var says = resource.At("status").Any(s => s.ValueKind == JsonValueKind.Object)
            && !(conditions.Count == 0 && resource.At("status.conditions").Any());
        return says ? null : Young.Judge(resource, now, "Its controller has not said anything yet.");
    }
}
