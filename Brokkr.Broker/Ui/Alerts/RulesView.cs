namespace Brokkr.Broker.Ui.Alerts;

/// <summary>What the page of the rules shows.</summary>
/// <param name="Rules">The rules by name.</param>
/// <param name="Receivers">Those that a rule may name.</param>
/// <param name="Form">The rule in the form, new or one that is changed.</param>
/// <param name="Preview">What that rule would tell now; null where nobody asked.</param>
/// <param name="Total">How much that is in all.</param>
/// <param name="Dead">How many messages nobody took.</param>
/// <param name="Refusal">Why what was asked for was not done.</param>
public sealed record RulesView(
    IReadOnlyList<Wire.AlertRule> Rules, IReadOnlyList<(string Id, string Name)> Receivers, Wire.AlertRule Form,
    IReadOnlyList<AlertLine>? Preview,
    int Total, int Dead, string Refusal);
