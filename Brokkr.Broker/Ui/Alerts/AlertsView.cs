using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>What the page of the alerts shows.</summary>
/// <param name="Rows">The alerts of this page, open ones first.</param>
/// <param name="State"><c>open</c>, <c>ended</c>, or empty for both.</param>
/// <param name="Status">A status that was asked for; empty for all.</param>
/// <param name="Text">A text that was asked for.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
/// <param name="Dead">How many messages nobody took.</param>
/// <param name="Refusal">Why what was asked for was not done.</param>
public sealed record AlertsView(
    IReadOnlyList<AlertLine> Rows, string State, string Status, string Text, string? Next, int Dead, string Refusal);

/// <summary>One alert in words. Pure.</summary>
/// <param name="Alert">The alert.</param>
public sealed record AlertLine(Wire.Alert Alert)
{
    public bool IsOpen => Alert.EndedAt is null;

    public bool IsSilence => Alert.StackId.Length == 0;

    /// <summary>What it is about: an object with its stack, or a cluster.</summary>
    public string What => IsSilence ? Alert.AgentName : $"{Alert.StackName}/{Alert.Name}";

    public string Path => IsSilence
        ? Address.OfCluster(Alert.AgentName)
        : Address.OfObject(Alert.StackName, Alert.Name, Alert.AgentName);

    /// <summary>The word of a mark: a silent cluster looks as what is unknown.</summary>
    public string Status => Storage.Words.Text(Alert.Status);

    /// <summary>What else there is to know of it, in one line.</summary>
    public string Note => !IsOpen
        ? Alert.Reason switch { "removed" => "it was removed", "not_meant" => "no rule means it any more", _ => "it recovered" }
        : Alert.AcknowledgedAt is not null
        ? $"{Alert.AcknowledgedBy} looks after it{(Alert.Comment.Length > 0 ? $": {Alert.Comment}" : "")}"
        : Alert.Silenced ? "silenced"
        : Alert.Frozen ? "its cluster is silent"
        : "";
}
