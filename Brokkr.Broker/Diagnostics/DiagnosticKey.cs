namespace Brokkr.Broker.Diagnostics;

/// <summary>Where a reader of requests stands, newest first.</summary>
internal sealed record DiagnosticKey(DateTimeOffset CreatedAt, Guid Id);
