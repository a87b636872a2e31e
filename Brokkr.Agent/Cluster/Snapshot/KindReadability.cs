namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>Whether objects of a kind can be read, and what the API server said where they cannot.</summary>
internal sealed record KindReadability(KindAccess Access, bool Namespaced = true, string Message = "")
{
    public static readonly KindReadability Readable = new(KindAccess.Readable);
}

internal enum KindAccess
{
    /// <summary>Listed and watched.</summary>
    Readable,

    /// <summary>The cluster has no such kind.</summary>
    NotServed,

    /// <summary>The agent may not read it (403).</summary>
    Forbidden,

    /// <summary>The API server did not answer, or with an error.</summary>
    Unavailable,

    /// <summary>Nobody looked: what is judged does not include objects of this kind, and nothing is said of them.</summary>
    NotGiven,
}
