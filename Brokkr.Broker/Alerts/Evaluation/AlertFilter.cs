namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Which alerts are asked for; null where it does not matter.</summary>
internal sealed record AlertFilter(bool? IsOpen, string? Status, Guid? StackId, Guid? AgentId, string? Text);
