using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A pool that is larger than what the server allows.</summary>
public sealed class ConnectionRoomTests
{
    [Theory]
    [InlineData(10, false)]
    [InlineData(5000, true)]
    public async Task The_start_says_where_a_broker_may_ask_for_more_connections_than_there_are(int pool, bool isSaid)
    {
        var said = new LogLines();
        var given = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync()) { MaxPoolSize = pool };
        await using var database = DataSources.Create(given.ConnectionString);

        await new ConnectionRoom(database, said.For<ConnectionRoom>()).CheckAsync(CancellationToken.None);

        said.All.Select(l => l.Text).Any(t => t.Contains($"may open {pool} connections", StringComparison.Ordinal)).Should().Be(isSaid);
    }

    [Fact]
    public void Two_brokers_fit_into_what_a_server_allows_from_the_start()
    {
        using var database = DataSources.Create("Host=db;Username=brokkr");

        (2 * new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize).Should().BeLessThan(97);
    }
}
