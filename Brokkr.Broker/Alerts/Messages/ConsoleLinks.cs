namespace Brokkr.Broker.Alerts.Messages;

/// <summary>Where the console shows what a message is about. Pure.</summary>
/// <param name="PublicUrl">Where people reach the broker; empty where nobody said so: then there are no links.</param>
internal sealed record ConsoleLinks(string PublicUrl)
{
    public string? To(AlertRow alert) => alert.StackId is null
        ? Url("/ui/clusters")
        : Url($"/ui/objects/{Uri.EscapeDataString(alert.StackName)}/{Uri.EscapeDataString(alert.Name)}?agent={Uri.EscapeDataString(alert.AgentName)}");

    public string? ToAlerts() => Url("/ui");

    private string? Url(string path) => PublicUrl.Length == 0 ? null : $"{PublicUrl.TrimEnd('/')}{path}";
}
