namespace Brokkr.Agent.Health.Custom;

/// <summary>How long custom resources may take before it counts.</summary>
internal static class Patience
{
    public static readonly TimeSpan OfFault = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan OfWaiting = TimeSpan.FromMinutes(15);

    /// <summary>A database or a cluster of machines takes most of an hour.</summary>
    public static readonly TimeSpan OfCloud = TimeSpan.FromMinutes(60);
}
