using Brokkr.Broker.Auth;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.OpenApi;
using Brokkr.Broker.Operations;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker;

/// <summary>The broker as a whole. The connection string must be set: the embedded PostgreSQL is started before.</summary>
internal static class BrokerApp
{
    /// <summary>As in <c>0.1.0</c>.</summary>
    public static string Version { get; } = typeof(BrokerApp).Assembly.GetName().Version!.ToString(3);

    public static WebApplication Create(BrokerOptions options, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "brokkr-broker" });
        builder.Services.AddSingleton(options).AddSingleton(options.Health).AddSingleton(options.Diagnostics).AddSingleton(TimeProvider.System);
        builder.AddTelemetry(options.Telemetry).AddOperations(options).AddStorage(options.Database).AddRest(options).AddAuth().AddFleet().AddHealth().AddDiagnostics();
        adjust?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRest(options);
        app.MapOperations();
        app.MapTelemetry();
        app.MapAuth();
        app.MapFleet();
        app.MapHealth();
        app.MapDiagnostics();
        app.MapOpenApi();
        return app;
    }
}
