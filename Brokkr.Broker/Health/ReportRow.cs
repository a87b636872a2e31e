using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>One report as it is stored; <paramref name="CheckedAt"/> null stands for the database's clock.</summary>
/// <param name="Id">The deployment object.</param>
/// <param name="Status">The reported status.</param>
/// <param name="Summary">The document as JSON.</param>
/// <param name="Conditions">The conditions, with <see cref="ConditionSeparator"/> between them: cleaned text holds none.</param>
/// <param name="Digest">Tells whether status and summary are those of another report.</param>
/// <param name="CheckedAt">When the agent looked.</param>
/// <param name="IsAhead">Whether a time in it lay so far ahead that it was cut.</param>
internal sealed record ReportRow(
    Guid Id, Word Status, string Summary, string Conditions, Guid Digest, DateTimeOffset? CheckedAt, bool IsAhead)
{
    public const char ConditionSeparator = '\u001f';
}
