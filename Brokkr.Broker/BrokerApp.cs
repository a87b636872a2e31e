using Brokkr.Broker.Alerts;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.OpenApi;
using Brokkr.Broker.Operations;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;
using Brokkr.Broker.Ui;

namespace Brokkr.Broker;

/// <summary>The broker as a whole. The connection string must be set: the embedded PostgreSQL is started before.</summary>
internal static class BrokerApp
{
    public static WebApplication Create(BrokerOptions options, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "brokkr-broker" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listeners.Configure(kestrel, options));
        builder.Services.AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton<IHostLifetime, SignalsElsewhere>()
            .AddRouting();
        builder.AddStorage(options.Database)
            .AddTelemetry(options.Telemetry, isTraced: context => !ManagementPort.Is(context))
            .AddRest(options.Limits, options.CorsOrigins)
            .AddAuth(options.Auth, options.Limits)
            .AddFleet(new Staleness(options.Health.StaleAfterSeconds), new(options.Fleet.RevisionsKept, options.Health.HistoryDays))
            .AddHealth(options.Health)
            .AddDiagnostics(options.Diagnostics)
            .AddAlerts(options.Alerts, options.SecretsKeyFile, options.PublicUrl)
            .AddOperations(options.Tls)
            .AddConsole(options.Console, options.AgentUrl);
        adjust?.Invoke(builder.Services);

        var app = builder.Build();
        UsePipeline(app, options);
        app.MapTelemetry().OnManagementPortOnly();
        app.MapAuth();
        app.MapFleet();
        app.MapHealth();
        app.MapDiagnostics();
        app.MapAlerts();
        app.MapOpenApi();
        app.MapOperations();
        app.MapConsole(options.Console);
        return app;
    }

    /// <summary>
    /// The way of a call. Errors get their shape before authentication, so that its answers have it too, and after routing, which says of
    /// which face a path is; bodies are looked at after it.
    /// </summary>
    private static void UsePipeline(WebApplication app, BrokerOptions options)
    {
        app.UseTrustedProxies(options.TrustedProxies);
        app.UseMiddleware<AnswerHeaders>();
        if (options.Telemetry.AccessLog)
            app.UseMiddleware<AccessLog>();
        app.UseRouting();
        app.UseConsole();
        app.UseMiddleware<ErrorFace>();
        app.UseMiddleware<RequestHead>();
        app.UseMiddleware<ManagementPort>();
        if (options.CorsOrigins.Count > 0)
            app.UseCors();
        app.UseRequestTimeouts();
        app.UseConsoleSessions();
        app.UseMiddleware<StreamLimit>();
        app.UseAuth();
        app.UseMiddleware<JsonFace>();
    }
}
