using System.Net;
using System.Text.Json;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Discovery;
using Brokkr.DemoCluster.Api.Logs;
using Brokkr.DemoCluster.Api.Objects;
using Brokkr.DemoCluster.Api.Recordings;
using Brokkr.DemoCluster.Api.Verbs;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace Brokkr.DemoCluster.Api;

/// <summary>A stand-in Kubernetes API server on loopback that serves a recording as if it were live.</summary>
internal static class DemoClusterApp
{
    /// <summary>The server, not yet started; after the start its address is in <see cref="WebApplication.Urls"/>.</summary>
    /// <exception cref="RecordingException">The directory holds nothing that can be served.</exception>
    public static WebApplication Create(DemoClusterOptions options)
    {
        var recording = Recording.Open(options.ObjectsDirectory);
        var catalog = RecordingLoader.ReadCatalog(recording);
        var store = new ObjectStore(options);
        RecordingLoader.Load(recording, catalog, store, TimeSpan.FromMinutes(options.AgeMinutes), options.Clock.GetUtcNow());

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Brokkr", LogLevel.Information);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var counts = new RequestCounts();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Use(next => connection =>
                {
                    counts.CountConnection();
                    return next(connection);
                });
                listen.Protocols = options.Certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (options.Certificate is not null)
                    listen.UseHttps(options.Certificate);
            });
        });
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services
            .AddSingleton(options).AddSingleton(options.Clock).AddSingleton(recording).AddSingleton(catalog).AddSingleton(store)
            .AddSingleton<DemoClusterFaults>().AddSingleton(counts).AddSingleton<LogStore>().AddSingleton<ContinueTokens>()
            .AddSingleton<ReadApi>().AddSingleton<WatchApi>().AddSingleton<WriteApi>().AddSingleton<ApplyApi>().AddSingleton<DefinedKinds>()
            .AddSingleton<PodLogApi>().AddSingleton<ObjectVerbs>()
            .AddSingleton<DiscoveryApi>().AddSingleton<RulesReview>().AddSingleton<ClusterApi>().AddSingleton<DemoApi>()
            .AddSingleton<Gate>();
        if (options.KeepsSchedules)
            builder.Services.AddHostedService<CronClock>();

        var app = builder.Build();
        var gate = app.Services.GetRequiredService<Gate>();
        app.Use(next => http => gate.PassAsync(http, next));
        app.UseRouting();
        app.Services.GetRequiredService<DiscoveryApi>().Map(app);
        app.Services.GetRequiredService<DemoApi>().Map(app);
        app.MapFallback("{**path}", app.Services.GetRequiredService<ClusterApi>().HandleAsync);
        var (log, objects) = (app.Services.GetRequiredService<ILogger<ClusterApi>>(), store.Count);
        app.Lifetime.ApplicationStarted.Register(() => DemoClusterLog.Serving(log, objects, options.AgeMinutes));
        return app;
    }
}
