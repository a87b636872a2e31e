using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>Judges an object whose controller has said nothing: it may still come to it, and some kinds never get a status. Pure.</summary>
internal static class Young
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(5);

    public static Verdict Judge(KubeObject found, DateTimeOffset now, string message) =>
        now - found.Metadata.CreationTimestamp >= Age ? new("It exists.", []) : new(message, [ResourceFinding.Progressing(found, message)]);
}
