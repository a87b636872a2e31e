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
            while (held.Count < 10)
                held.Add(await broker.Database.OpenConnectionAsync());

            (await http.GetAsync("/readyz")).IsSuccessStatusCode.Should().BeTrue();
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
    }
}
