using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Brokkr.Tests.Broker;

/// <summary>Counts what a broker asks its database, as the driver tells it to anybody who listens.</summary>
internal sealed class QueryCount : IDisposable
{
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly ActivityListener _listener;

    public QueryCount(BrokerFixture broker)
    {
        var database = new NpgsqlConnectionStringBuilder(broker.Options.Database.ConnectionString).Database;
        _listener = new()
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(t => t.Value as string == database) && Sql(activity) is { } sql)
                    _seen.Enqueue(sql);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int On(string part) => _seen.Count(sql => sql.Contains(part, StringComparison.Ordinal));

    public void Dispose() => _listener.Dispose();

    private static string? Sql(Activity activity) => activity.TagObjects.FirstOrDefault(t => t.Key is "db.query.text" or "db.statement").Value as string;
}
