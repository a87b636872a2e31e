namespace Brokkr.Broker.Auth;

/// <summary>A standby may answer the method, which reads and writes nothing: what it says is then a little old.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MayLagAttribute : Attribute;
