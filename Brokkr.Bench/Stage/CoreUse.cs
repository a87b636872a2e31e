namespace Brokkr.Bench.Stage;

/// <summary>Cores in use on average over some time.</summary>
internal readonly record struct CoreUse(double Broker, double Database, double Load)
{
    /// <summary>Measures while something runs, and how long that took.</summary>
    public static async Task<(CoreUse Use, TimeSpan Took)> MeasureAsync(BrokerProcess broker, BenchDatabase database, Func<Task> meanwhile)
    {
        var (began, brokerBefore, databaseBefore, ownBefore) =
            (TimeProvider.System.GetTimestamp(), broker.Use(), ProcessUse.Of(database.ProcessId), Environment.CpuUsage.TotalTime);
        await meanwhile();
        var took = TimeProvider.System.GetElapsedTime(began);
        return (new(
            broker.Use().CoresSince(brokerBefore, took),
            ProcessUse.Of(database.ProcessId).CoresSince(databaseBefore, took),
            (Environment.CpuUsage.TotalTime - ownBefore) / took), took);
    }
}
