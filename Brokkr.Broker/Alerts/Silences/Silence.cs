using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Alerts.Silences;

/// <summary>What is not to be told for a while, within its bounds. Pure.</summary>
internal sealed record Silence
{
    private const int CommentLength = 1000;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3653);

    public required string[] Statuses { get; init; }

    public required string[] Conditions { get; init; }

    public required Guid[] StackIds { get; init; }

    public required Guid[] AgentIds { get; init; }

    public required string[] Names { get; init; }

    public required DateTimeOffset? StartsAt { get; init; }

    public required DateTimeOffset? EndsAt { get; init; }

    public required Weekly? Weekly { get; init; }

    public required string Comment { get; init; }

    /// <exception cref="ApiError">A field is out of bounds, or nothing is left out.</exception>
    public static Silence Of(Wire.AlertSilence silence, DateTimeOffset now)
    {
        var read = new Silence
        {
            Statuses = [.. AlertMatch.Statuses(silence.Statuses).Select(s => s.Text())],
            Conditions = [.. AlertMatch.Conditions(silence.Conditions)],
            StackIds = [.. AlertMatch.Ids(silence.StackIds, "stack_ids", AlertMatch.MostIds)],
            AgentIds = [.. AlertMatch.Ids(silence.AgentIds, "agent_ids", AlertMatch.MostIds)],
            Names = [.. AlertMatch.Names(silence.Names, "names")],
            StartsAt = Requests.Moment(silence.StartsAt, "starts_at"),
            EndsAt = Requests.Moment(silence.EndsAt, "ends_at"),
            Weekly = silence.Weekly is null ? null : Weekly.Of(silence.Weekly),
            Comment = Text(silence.Comment, "comment"),
        };
        if (read.Statuses.Length + read.Conditions.Length + read.StackIds.Length + read.AgentIds.Length + read.Names.Length == 0)
            throw Errors.Invalid("silence", "would match everything: name statuses, conditions, stack_ids, agent_ids or names.");
        if (read.EndsAt is null && read.Weekly is null)
            throw Errors.Invalid("ends_at", "is missing: say until when it holds, or give it weekly hours.");
        if (read.EndsAt is { } end && (end <= now || end <= read.StartsAt || end > now + Longest))
            throw Errors.Invalid("ends_at", "must be after now and after starts_at, and at most ten years from now.");
        return read;
    }

    /// <summary>A sentence of people's, bounded.</summary>
    public static string Text(string given, string field) =>
        given.Length <= CommentLength && !given.Contains('\0', StringComparison.Ordinal)
            ? given
            : throw Errors.Invalid(field, $"must have at most {CommentLength} characters, and no NUL among them.");

    public Wire.AlertSilence ToWire() => new()
    {
        Statuses = { Statuses.Select(Words.Parse<Wire.AlertStatus.Types.Word>) },
        Conditions = { Conditions },
        StackIds = { StackIds.Select(i => i.ToString()) },
        AgentIds = { AgentIds.Select(i => i.ToString()) },
        Names = { Names },
        StartsAt = StartsAt?.ToTimestamp(),
        EndsAt = EndsAt?.ToTimestamp(),
        Weekly = Weekly?.ToWire(),
        Comment = Comment,
    };
}
