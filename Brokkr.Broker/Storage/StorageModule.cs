using LinqToDB;

namespace Brokkr.Broker.Storage;

/// <summary>Wires the database: connections for stores, and for what is done once or beside them.</summary>
internal static class StorageModule
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder, DatabaseOptions options)
    {
        builder.Services.AddSingleton(options).AddSingleton(_ => DataSources.CreatePlain(options.ConnectionString))
            .AddSingleton<StoreConnections>().AddSingleton<ProbeConnection>().AddSingleton<NotificationListener>();
        builder.Services.AddSingleton<Func<BrokerDb>>(services =>
        {
            var connections = services.GetRequiredService<StoreConnections>();
            var settings = BrokerDb.OptionsFor(connections.Create).UseInterceptor(connections);
            var standby = services.GetRequiredService<Standby>();
            return () => Reading.Current is null ? new(settings) : standby.Open();
        });
        builder.Services.AddSingleton<Standby>();
        if (options.ReadConnectionString.Length > 0)
            builder.Services.AddSingleton<StandbyWatch>().AddHostedService(services => services.GetRequiredService<StandbyWatch>());
        builder.Services.AddSingleton<Migrator>().AddSingleton<Partitions>().AddSingleton<ConnectionRoom>()
            .AddSingleton<DatabaseWatch>().AddHostedService(services => services.GetRequiredService<DatabaseWatch>());
        return builder;
    }
}
