namespace Brokkr.Agent.Health;

/// <summary>A report that is to be sent.</summary>
/// <param name="Report">The report.</param>
/// <param name="MarkSent">To be called when the broker has it.</param>
internal sealed record DueReport(Wire.DeploymentObjectReport Report, Action MarkSent);
