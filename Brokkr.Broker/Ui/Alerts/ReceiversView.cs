namespace Brokkr.Broker.Ui.Alerts;

/// <summary>What the page of the receivers shows.</summary>
/// <param name="Receivers">The receivers by name, without their secrets.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
/// <param name="Made">A secret that was just made, by the name of its receiver; null where none was.</param>
/// <param name="Tried">What came of a test, in a sentence; empty where nobody asked.</param>
/// <param name="Dead">How many messages nobody took.</param>
/// <param name="Refusal">Why what was asked for was not done.</param>
public sealed record ReceiversView(
    IReadOnlyList<Wire.AlertReceiver> Receivers, string? Next, (string Name, string Secret)? Made, string Tried, int Dead, string Refusal);
