namespace Brokkr.Broker.Ui.Alerts;

/// <summary>What the page of the messages shows.</summary>
public sealed record DeliveriesView(IReadOnlyList<Wire.AlertDelivery> Rows, string State, string? Next, int Dead, string Refusal);
