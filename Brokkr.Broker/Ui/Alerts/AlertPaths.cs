namespace Brokkr.Broker.Ui.Alerts;

/// <summary>Where the pages of alerts lie. Pure.</summary>
public static class AlertPaths
{
    public const string Alerts = "/ui/alerts";

    public const string Silences = "/ui/alerts/silences";

    public const string Rules = "/ui/alerts/rules";

    public const string Receivers = "/ui/alerts/receivers";

    public const string Deliveries = "/ui/alerts/deliveries";

    public const string DeadDeliveries = $"{Deliveries}?state=dead";

    /// <summary>The tabs, in order.</summary>
    public static readonly IReadOnlyList<(string Path, string Title)> All =
        [(Alerts, "Alerts"), (Silences, "Silences"), (Rules, "Rules"), (Receivers, "Receivers"), (Deliveries, "Messages")];
}
