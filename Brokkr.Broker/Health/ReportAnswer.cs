namespace Brokkr.Broker.Health;

/// <summary>What a transaction of several reports made of one of them.</summary>
/// <param name="IsDone">False where it had no part in the transaction, and is to be stored by itself.</param>
/// <param name="Outcome">What became of it; null where its session is not known.</param>
internal readonly record struct ReportAnswer(bool IsDone, ReportOutcome? Outcome)
{
    public static readonly ReportAnswer Alone;
}
