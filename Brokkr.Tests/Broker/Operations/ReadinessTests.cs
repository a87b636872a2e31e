using Npgsql;

namespace Brokkr.Tests.Broker.Operations;

/// <summary>Whether a broker can serve, asked while its calls wait.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task A_broker_whose_calls_hold_all_connections_is_ready()
    {
        var database = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync()) { MaxPoolSize = 10 };
        await using var broker = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = database.ConnectionString);
        using var http = new HttpClient { BaseAddress = broker.Urls[2] };
        var held = new List<NpgsqlConnection>();
        try
        {
            while (await TryOpenAsync(broker) is { } connection)
                held.Add(connection);

            (await http.GetAsync("/readyz")).IsSuccessStatusCode.Should().BeTrue();
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Null where the pool has none left.</summary>
    private static async Task<NpgsqlConnection?> TryOpenAsync(BrokerFixture broker)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            return await broker.Database.OpenConnectionAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
