using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Wires the database: one data source for the process.</summary>
internal static class StorageModule
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder, DatabaseOptions options)
    {
        builder.Services.AddSingleton(_ => DataSources.Create(options.ConnectionString));
        builder.Services.AddSingleton(_ => new ProbeConnection(options));
        builder.Services.AddSingleton<Func<BrokerDb>>(services =>
        {
            var connections = BrokerDb.OptionsFor(services.GetRequiredService<NpgsqlDataSource>());
            return () => new(connections);
        });
        builder.Services.AddSingleton<Migrator>().AddSingleton<ConnectionRoom>().AddSingleton<NotificationListener>()
            .AddSingleton<DatabaseWatch>().AddHostedService(services => services.GetRequiredService<DatabaseWatch>());
        return builder;
    }
}
