using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Alerts.Telemetry;

namespace Brokkr.Broker.Alerts;

/// <summary>Wires alerts: rules, receivers, the pass that finds what is wrong, and what brings it to people.</summary>
internal static class AlertModule
{
    /// <param name="builder">The broker.</param>
    /// <param name="options">Settings of alerts.</param>
    /// <param name="secretsKeyFile">The keys that encrypt what receivers must not give away; empty for none.</param>
    /// <param name="publicUrl">Where people reach the console; empty for no links.</param>
    public static WebApplicationBuilder AddAlerts(this WebApplicationBuilder builder, AlertOptions options, string secretsKeyFile,
        string publicUrl)
    {
        builder.Services.AddSingleton(options).AddSingleton(SecretBox.Open(secretsKeyFile)).AddSingleton(new ConsoleLinks(publicUrl))
            .AddSingleton<Destinations>().AddSingleton<ReceiverTrust>().AddSingleton<ReceiverCheck>().AddSingleton<ReceiverStore>().AddSingleton<AlertRuleStore>()
            .AddSingleton<AlertSilenceStore>().AddSingleton<AlertStore>().AddSingleton<TellingStore>().AddSingleton<WatchStore>().AddSingleton<AlertmanagerFeed>()
            .AddSingleton<DeliveryStore>().AddSingleton<HttpSender>().AddSingleton<MailSender>().AddSingleton<Courier>()
            .AddSingleton<AlertMetrics>();
        if (options.Enabled)
            builder.Services.AddHostedService<Watcher>().AddHostedService<Dispatcher>().AddHostedService<AlertSweeper>()
                .AddHostedService(services => services.GetRequiredService<AlertmanagerFeed>());
        return builder;
    }

    public static void MapAlerts(this WebApplication app) => app.MapGrpcService<AlertApi>();
}
