using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Order = Brokkr.V1.HealthOrder.Types.Word;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Which rows of the fleet's health are asked for. All filters must hold; of one with several values any.</summary>
internal sealed record HealthFilter
{
    private const int MostConditions = 50;

    /// <summary>Distinct; every status where it is empty.</summary>
    public Word[] Statuses { get; init; } = [];

    /// <summary>Distinct; with or without any condition where it is empty.</summary>
    public string[] Conditions { get; init; } = [];

    public Guid? StackId { get; init; }

    public Guid? AgentId { get; init; }

    /// <summary>The whole name of the deployment object.</summary>
    public string? Name { get; init; }

    /// <summary>A part of the name of the deployment object, its stack or its agent, in whichever case.</summary>
    public string? Text { get; init; }

    /// <summary>In which order the rows come.</summary>
    public Order Order { get; init; } = Order.Name;

    /// <summary>Whether it is asked for how many rows the values of the filters have.</summary>
    public bool WithFacets { get; init; }

    public static HealthFilter Of(Wire.ListHealthRequest request) => new()
    {
        Order = request.OrderBy switch
        {
            Order.Unspecified => Order.Name,
            Order.Name or Order.Severity or Order.Since => request.OrderBy,
            _ => throw Errors.Invalid("order_by", "must be name, severity or since."),
        },
        WithFacets = request.WithFacets,
        Statuses = StatusesOf(request.Status),
        Conditions = ConditionsOf(request.Condition),
        StackId = Requests.UuidOrNull(request.StackId, "stack_id"),
        AgentId = Requests.UuidOrNull(request.AgentId, "agent_id"),
        Name = Bounded(request.Name, "name"),
        Text = Bounded(request.Text, "text"),
    };

    /// <summary>The filter of what is wrong: everything but healthy where no status is named.</summary>
    public static HealthFilter Of(Wire.ListGroupsRequest request) => new()
    {
        Statuses = StatusesOf(request.Status) is { Length: > 0 } statuses ? statuses : [Word.Failing, Word.Degraded, Word.Unknown],
        Conditions = ConditionsOf(request.Condition),
        StackId = Requests.UuidOrNull(request.StackId, "stack_id"),
        AgentId = Requests.UuidOrNull(request.AgentId, "agent_id"),
        Text = Bounded(request.Text, "text"),
    };

    /// <summary>Whether the tallies answer how many rows of each status there are.</summary>
    public bool IsTallied => this is { Statuses: [], Conditions: [], StackId: null, AgentId: null, Name: null, Text: null };

    /// <summary>Whether it may mean any number of rows, which nothing but looking at each can tell.</summary>
    public bool IsOpen => Conditions.Length > 0 || Name is not null || Text is not null;

    /// <summary>Whether rows can be meant because they are stale.</summary>
    public bool MayMeanStale => Statuses.Contains(Word.Unknown) || Conditions.Contains(VerdictSql.Stale);

    /// <summary>Whether rows can be meant because nothing was reported.</summary>
    public bool MayMeanAwaited => Statuses.Contains(Word.Unknown) || Conditions.Contains(VerdictSql.AwaitingReport)
        || Conditions.Contains(VerdictSql.NeverReported);

    /// <summary>
    /// The condition on a verdict v. Only what is asked for stands in it, and the reported status beside the present one wherever only a
    /// report can have led to it, so that the planner finds the index. <see cref="Parameters"/> has what it needs.
    /// </summary>
    /// <param name="words">What the words of the filter stand for.</param>
    /// <param name="seeks">
    /// Whether the rows are to be sought out: then where the broker's own words can stand is said too. Whoever reads many rows in the order
    /// of the list is quicker without.
    /// </param>
    public string ToSql(FilterWords words, bool seeks) => string.Join(" AND ", Parts(words, seeks).DefaultIfEmpty("TRUE"));

    /// <summary>The values of <see cref="ToSql"/>, and where a page of the list, or one of the groups, begins and ends.</summary>
    public object Parameters(FilterWords words, int staleAfter, int? limit, VerdictKey? after = null, GroupKey? afterGroup = null) => new
    {
        staleAfter,
        statuses = Statuses.Select(s => s.Text()).ToArray(),
        conditions = Conditions,
        stackId = StackId,
        agentId = AgentId,
        name = Name,
        text = Text,
        names = words.Names ?? [],
        stacks = words.Stacks,
        agents = words.Agents,
        unsettled = words.Unsettled,
        afterName = after?.Name ?? afterGroup?.Name ?? "",
        afterObject = after?.ObjectId ?? Guid.Empty,
        afterAgent = after?.AgentId ?? Guid.Empty,
        afterSince = after?.Since?.UtcDateTime,
        afterRank = afterGroup?.Status.Rank() ?? -1,
        afterAgents = Math.Max(0, afterGroup?.Agents ?? 0),
        afterStack = afterGroup?.StackId ?? Guid.Empty,
        afterCondition = afterGroup?.Condition ?? "",
        limit,
    };

    private IEnumerable<string> Parts(FilterWords words, bool seeks)
    {
        // An equation alone lets an index answer in its order.
        var oneOf = Statuses.Length == 1 ? "= (@statuses::text[])[1]" : "= ANY(@statuses)";
        if (Statuses.Length > 0)
            yield return $"v.status {oneOf}";
        if (Statuses.Length > 0 && !Statuses.Contains(Word.Unknown))
            yield return $"v.reported {oneOf}";
        else if (Statuses.Length > 0 && seeks)
            yield return $"(v.reported {oneOf} OR v.agent_id = ANY(@unsettled))";
        var own = Conditions.Any(VerdictSql.IsOwnWord);
        if (Conditions.Length > 0)
            yield return own ? "(v.word = ANY(@conditions) OR v.conditions && @conditions)" : "v.conditions && @conditions";
        if (own && seeks)
            yield return "(v.agent_id = ANY(@unsettled) OR v.conditions && @conditions)";
        if (StackId is not null)
            yield return "v.stack_id = @stackId";
        if (AgentId is not null)
            yield return "v.agent_id = @agentId";
        if (Name is not null)
            yield return "v.name = @name";
        if (Text is not null)
        {
            // What nothing can have is left out: it would keep an index of statuses and names from being found.
            var name = words.Names is null ? "strpos(lower(v.name), lower(@text COLLATE \"C\")) > 0" : "v.name = ANY(@names)";
            var ways = new[]
            {
                words.Names is [] ? null : name,
                words.Stacks is [] ? null : "v.stack_id = ANY(@stacks)",
                words.Agents is [] ? null : "v.agent_id = ANY(@agents)",
            }.OfType<string>().ToList();
            yield return ways.Count == 0 ? "FALSE" : $"({string.Join(" OR ", ways)})";
        }
    }

    private static Word[] StatusesOf(IEnumerable<Word> words)
    {
        var statuses = words.Where(w => w != Word.Unspecified).Distinct().ToArray();
        return statuses.All(HealthWords.WorstFirst.Contains)
            ? statuses
            : throw Errors.Invalid("status", "must be failing, degraded, unknown or healthy.");
    }

    private static string[] ConditionsOf(IEnumerable<string> words)
    {
        var conditions = words.Select(w => Bounded(w, "condition")).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return conditions.Length <= MostConditions
            ? conditions
            : throw Errors.Invalid("condition", $"must name at most {MostConditions} conditions.");
    }

    private static string? Bounded(string value, string field) => value.Length switch
    {
        0 => null,
        <= Limits.NameLength when !value.Contains('\0', StringComparison.Ordinal) => value,
        _ => throw Errors.Invalid(field, $"must have at most {Limits.NameLength} characters, and no NUL."),
    };
}
