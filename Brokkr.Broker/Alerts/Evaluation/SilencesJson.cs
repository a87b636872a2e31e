using System.Text.Json;
using System.Text.Json.Serialization;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>The silences that hold, as the statements read them: an absent list matches everything. Pure.</summary>
internal static class SilencesJson
{
    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Of(IEnumerable<SilenceRow> silences, DateTimeOffset now) => JsonSerializer.Serialize(
        silences.Where(s => s.IsActive(now)).Select(s => s.Parse()).Select(s => new
        {
            statuses = NullIfEmpty(s.Statuses.Select(w => w.Text())),
            conditions = NullIfEmpty(s.Conditions),
            stacks = NullIfEmpty(s.StackIds),
            agents = NullIfEmpty(s.AgentIds),
            names = NullIfEmpty(s.Names),
        }), Format);

    private static string[]? NullIfEmpty(IEnumerable<string> given) => given.ToArray() is { Length: > 0 } some ? some : null;
}
