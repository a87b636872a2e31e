using System.Text.Json;

namespace Brokkr.Agent.Watching;

/// <summary>One thing the agent must be allowed to do, as in <c>list</c>, <c>apps</c>, <c>deployments</c>.</summary>
internal sealed record Right(string Verb, string Group, string Resource)
{
    public override string ToString() => $"{Verb} {Resource}{(Group.Length > 0 ? "." : "")}{Group}";
}

/// <summary>What the API server says that the agent may do (the status of a SelfSubjectRulesReview). Pure.</summary>
internal sealed class AccessRules
{
    private readonly List<(HashSet<string> Verbs, HashSet<string> Groups, HashSet<string> Resources)> _rules = [];

    private AccessRules(bool isComplete) => IsComplete = isComplete;

    /// <summary>Whether what is not listed is not allowed; some authorizers cannot list their rules.</summary>
    public bool IsComplete { get; }

    public static AccessRules Read(JsonElement review)
    {
        var status = review.GetProperty("status");
        var rules =
            new AccessRules(!(status.TryGetProperty("incomplete", out var incomplete) && incomplete.ValueKind == JsonValueKind.True));
        if (!status.TryGetProperty("resourceRules", out var given) || given.ValueKind != JsonValueKind.Array)
            return rules;
        // A rule that names single objects allows no list.
        foreach (var rule in given.EnumerateArray().Where(r => Words(r, "resourceNames").Count == 0))
            rules._rules.Add((Words(rule, "verbs"), Words(rule, "apiGroups"), Words(rule, "resources")));
        return rules;
    }

    public bool Allow(Right right) => _rules.Exists(rule =>
        Has(rule.Verbs, right.Verb) && Has(rule.Groups, right.Group)
        && (Has(rule.Resources, right.Resource)
            || (right.Resource.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
            && rule.Resources.Contains($"*{right.Resource[slash..]}"))));

    private static bool Has(HashSet<string> words, string word) => words.Contains("*") || words.Contains(word);

    private static HashSet<string> Words(JsonElement rule, string name) =>
        rule.TryGetProperty(name, out var words) && words.ValueKind == JsonValueKind.Array
            ? [.. words.EnumerateArray().Select(w => w.GetString() ?? "")]
            : [];
}
