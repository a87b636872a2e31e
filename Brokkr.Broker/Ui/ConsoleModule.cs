using System.Text.Encodings.Web;
using System.Text.Unicode;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Ui.Access;
using Brokkr.Broker.Ui.Alerts;
using Brokkr.Broker.Ui.Clusters;
using Brokkr.Broker.Ui.Diagnostics;
using Brokkr.Broker.Ui.Failures;
using Brokkr.Broker.Ui.Fleet;
using Brokkr.Broker.Ui.Objects;
using Brokkr.Broker.Ui.Parts;
using Brokkr.Broker.Ui.Sessions;
using Brokkr.Broker.Ui.Shell;
using Brokkr.Broker.Ui.Stacks;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.WebEncoders;

namespace Brokkr.Broker.Ui;

/// <summary>Wires the console: pages below <c>/ui</c>, rendered here, for people who signed in with a key.</summary>
internal static class ConsoleModule
{
    public static WebApplicationBuilder AddConsole(this WebApplicationBuilder builder, ConsoleOptions options, string agentUrl)
    {
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton<ConsoleAssets>().AddSingleton<ConsoleSessionStore>()
            .AddSingleton(new AgentAddress(agentUrl)).AddHostedService<ConsoleSessionSweeper>();
        services.AddSingleton<FleetPages>().AddSingleton<ObjectsPages>().AddSingleton<ObjectPages>().AddSingleton<DiagnosticPages>()
            .AddSingleton<ClusterPages>().AddSingleton<StackPages>().AddSingleton<RevisionPages>().AddSingleton<KeysPages>()
            .AddSingleton<AuditPages>().AddSingleton<AlertsPages>().AddSingleton<SilencePages>().AddSingleton<RulePages>()
            .AddSingleton<ReceiverPages>().AddSingleton<DeliveryPages>();
        services.AddRateLimiter(limiter => SignInPages.Limit(limiter, options));
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.AddRazorComponents();
        // Components bring in keys for tokens against forged requests, which nothing here uses (SameOrigin), and which would be written to
        // disk.
        foreach (var keys in services.Where(s => s.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal")
            .ToList())
            services.Remove(keys);
        // Letters of every language stand as they are; what has a meaning in HTML does not.
        services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        return builder;
    }

    /// <summary>Comes before errors get their shape: below <c>/ui</c> that is a page.</summary>
    public static void UseConsole(this WebApplication app)
    {
        app.UseWhen(ConsolePaths.IsPage, pages => pages.UseResponseCompression());
        app.UseMiddleware<ErrorPages>();
    }

    /// <summary>Comes after routing, and before keys are looked at.</summary>
    public static void UseConsoleSessions(this WebApplication app)
    {
        app.UseMiddleware<SameOrigin>();
        app.UseMiddleware<ConsoleAuthentication>();
    }

    public static void MapConsole(this WebApplication app, ConsoleOptions options)
    {
        app.MapGet("/", (HttpContext context) => FrontDoor.Answer(context, options)).AllowAnonymous();
        if (!options.Enabled)
            return;
        app.MapGet("/ui/assets/{file}", (string file, HttpContext context, ConsoleAssets assets) => assets.Answer(file, context))
            .AllowAnonymous();
        SignInPages.Map(app);
        var pages = app.MapGroup("/ui").RequireAuthorization(Policies.Reader);
        pages.MapPost("/theme", (Delegate)Themes.ChooseAsync);
        // These write: who is shown manifests or results leaves a trace, and requests come to their end when somebody looks at them.
        ObjectPages.Map(pages);
        DiagnosticPages.Map(pages);
        RevisionPages.Map(pages);
        KeysPages.Map(pages);
        AuditPages.Map(pages);
        var mayLag = pages.MapGroup("").AddEndpointFilter<ReadChoice>();
        FleetPages.Map(mayLag);
        ObjectsPages.Map(mayLag);
        ClusterPages.Map(mayLag);
        StackPages.Map(mayLag);
        AlertsPages.Map(mayLag);
        SilencePages.Map(mayLag);
        RulePages.Map(mayLag);
        ReceiverPages.Map(mayLag);
        DeliveryPages.Map(mayLag);
    }
}
