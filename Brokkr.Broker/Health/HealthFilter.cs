using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Which rows of the fleet's health are asked for.</summary>
internal sealed record HealthFilter
{
    public Word? Status { get; init; }

    public string? Condition { get; init; }

    public Guid? StackId { get; init; }

    public Guid? AgentId { get; init; }

    public string? Text { get; init; }

    public static HealthFilter Of(Wire.ListHealthRequest request) => new()
    {
        Status = request.Status switch
        {
            Word.Unspecified => null,
            Word.Failing or Word.Degraded or Word.Unknown or Word.Healthy => request.Status,
            _ => throw Errors.Invalid("status", "must be failing, degraded, unknown or healthy."),
        },
        Condition = Bounded(request.Condition, "condition"),
        StackId = request.StackId.Length == 0 ? null : Requests.Uuid(request.StackId, "stack_id"),
        AgentId = request.AgentId.Length == 0 ? null : Requests.Uuid(request.AgentId, "agent_id"),
        Text = Bounded(request.Text, "text"),
    };

    /// <summary>Whether the tallies answer how many rows of each status there are.</summary>
    public bool IsTallied => Status is null && Condition is null && StackId is null && AgentId is null && Text is null;

    /// <summary>Whether rows can be meant because they are stale.</summary>
    public bool MayMeanStale => Status is Word.Unknown || Condition is VerdictSql.Stale;

    /// <summary>Whether rows can be meant because nothing was reported.</summary>
    public bool MayMeanAwaited => Status is Word.Unknown || Condition is VerdictSql.AwaitingReport or VerdictSql.NeverReported;

    /// <summary>
    /// The condition on a verdict v. Only what is asked for stands in it, and the reported status beside the present one wherever only a
    /// report can have led to it, so that the planner finds the index.
    /// </summary>
    /// <param name="words">What the words of the filter stand for.</param>
    /// <param name="seeks">
    /// Whether the rows are to be sought out: then where the broker's own words can stand is said too. Whoever reads many rows in the order
    /// of the list is quicker without.
    /// </param>
    public string ToSql(FilterWords words, bool seeks) => string.Join(" AND ", Parts(words, seeks).DefaultIfEmpty("TRUE"));

    private IEnumerable<string> Parts(FilterWords words, bool seeks)
    {
        if (Status is Word.Unknown)
            yield return seeks
                ? "(v.reported = 'unknown' OR v.agent_id = ANY(@unsettled)) AND v.status = 'unknown'"
                : "v.status = 'unknown'";
        else if (Status is not null)
            yield return "v.status = @status AND v.reported = @status";
        if (Condition is not null)
            yield return VerdictSql.IsOwnWord(Condition)
                ? "(v.word = @condition OR v.conditions @> ARRAY[@condition])"
                : "v.conditions @> ARRAY[@condition]";
        if (seeks && Condition is not null && VerdictSql.IsOwnWord(Condition))
            yield return "(v.agent_id = ANY(@unsettled) OR v.conditions @> ARRAY[@condition])";
        if (StackId is not null)
            yield return "v.stack_id = @stackId";
        if (AgentId is not null)
            yield return "v.agent_id = @agentId";
        if (Text is not null)
        {
            var name = words.Names is null ? "strpos(lower(v.name), lower(@text COLLATE \"C\")) > 0" : "v.name = ANY(@names)";
            yield return $"({name} OR v.stack_id = ANY(@stacks) OR v.agent_id = ANY(@agents))";
        }
    }

    private static string? Bounded(string value, string field) => value.Length switch
    {
        0 => null,
        <= Limits.NameLength when !value.Contains('\0', StringComparison.Ordinal) => value,
        _ => throw Errors.Invalid(field, $"must have at most {Limits.NameLength} characters, and no NUL."),
    };
}
