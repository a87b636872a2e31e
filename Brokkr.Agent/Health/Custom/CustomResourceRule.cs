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

    private static readonly TimeSpan LagPatience = TimeSpan.FromMinutes(5);

    /// <summary>The rule of a kind that is not one of Kubernetes.</summary>
    public static KindRule Of(KindId kind, RuleBook book)
    {
        var (rows, words, isOfCloud) = (book.For(kind), book.Words, book.Words.Clouds.Has(kind.Group));
        var rule = KindRule.Projected(
            [.. ConditionLists.Paths.Concat(SwitchPaths).Concat(StatusWords.Paths).Concat(rows.SelectMany(r => r.Paths)).Distinct()],
            (resource, resourceCase, context) => Evaluate(new(resource, context, isOfCloud), resourceCase.Observed, rows, words));
        return isOfCloud ? rule with { DeletionPatience = Patience.OfCloud } : rule;
    }

    private static Verdict Evaluate(CustomCase custom, bool observed, IReadOnlyList<FieldRule> rows, RuleWords words)
    {
        var resource = custom.Resource;
        if (SwitchPaths.Any(resource.IsSet))
            return new("Suspended", [ResourceFinding.Suspended(resource, "It is suspended.")]);
        var lists = ConditionLists.Of(resource);
        var conditions = lists.SelectMany(c => c).ToList();
        if (ConditionWords.Stopped(conditions, words) is { } stopped)
            return Suspended(resource, ResourceFinding.TextOf(stopped));
        var row = rows.Select(r => r.Judge(custom)).FirstOrDefault(r => r is not null);
        if (row is { Then: RuleOutcome.Suspended })
            return row.Verdict;
        if (row is null && StatusWords.Find(StatusWords.Of(resource), words.PausedPhases) is { } paused)
            return Suspended(resource, StatusWords.TextOf(resource, paused));
        if (!observed)
            return new("Its controller has not seen the newest change", []);
        if (Lag(resource, lists) is { } lag)
            return lag;
        return row is not null && row.Then != RuleOutcome.Healthy
            ? row.Verdict
            : Fault(custom, conditions, words) ?? row?.Verdict ?? InGeneral(custom, conditions, words);
    }

    private static Verdict? Lag(ProjectedObject resource, List<List<Condition>> lists)
    {
        if (lists.Select(list => list.Max(c => c.ObservedGeneration)).Min() is not { } newest || !(newest < resource.Metadata.Generation))
            return null;
        var message = $"Its conditions are of generation {newest} of {resource.Metadata.Generation}.";
        return new(message, [new(ConditionWord.Progressing, Severity.Pending, resource.Id)
        {
            Since = Starts.OfGeneration(resource), After = LagPatience, Message = message,
        }]);
    }

    private static Verdict? Fault(CustomCase custom, List<Condition> conditions, RuleWords words)
    {
        var resource = custom.Resource;
        if (ConditionWords.Fault(conditions, words) is { } fault)
            return Faulty(ResourceFinding.TextOf(fault), new(fault));
        if (ConditionLists.ErrorOf(resource) is { } error)
            return Faulty(error, new());
        return StatusWords.Find(StatusWords.Of(resource), words.BadPhases) is { } word
            ? Faulty(StatusWords.TextOf(resource, word), new(Value: word))
            : null;

        Verdict Faulty(string text, Match match) => new(text, [custom.Fault(text, match)]);
    }

    /// <summary>How a resource without a fault is that no row of the table has decided.</summary>
    private static Verdict InGeneral(CustomCase custom, List<Condition> conditions, RuleWords words)
    {
        var (resource, found) = (custom.Resource, StatusWords.Of(custom.Resource));
        if (ConditionWords.Waiting(conditions, words) is { } waiting)
            return Waiting(ResourceFinding.TextOf(waiting), new(waiting));
        if (StatusWords.Find(found, words.WaitingPhases) is { } word)
            return Waiting(StatusWords.TextOf(resource, word), new(Value: word));
        if (conditions.Count == 0 && StatusWords.Shortage(resource) is { } shortage)
            return Waiting(shortage, new());
        if (IsSilent(resource, conditions))
            return Young.Judge(resource, custom.Context.Now, "Its controller has not said anything yet.");
        if (ConditionWords.Whole(conditions, words) is { } whole)
            return new(ResourceFinding.TextOf(whole), []);
        return new(found.Count > 0
            ? StatusWords.TextOf(resource, found[0])
            : conditions.Count > 0 || StatusWords.HasCounters(resource) ? "It exists." : "It exists; no rule reads its status.", []);

        Verdict Waiting(string text, Match match) => new(text, [custom.Waiting(text, match)]);
    }

    private static Verdict Suspended(ProjectedObject resource, string text) => new(text, [ResourceFinding.Suspended(resource, text)]);

    /// <summary>Whether there is no status, or nothing in it, or a list of conditions without any.</summary>
    private static bool IsSilent(ProjectedObject resource, List<Condition> conditions) =>
        !resource.At("status").Any(s => s.ValueKind == JsonValueKind.Object && s.EnumerateObject().Any())
        || (conditions.Count == 0 && ConditionLists.Exist(resource));
}
