namespace Brokkr.Agent.Health.Kinds;

/// <summary>How much is kept of the objects of a kind.</summary>
internal enum KindShape
{
    /// <summary>Metadata only: Secrets always, and kinds that are as they should be once they exist.</summary>
    Metadata,

    Pod,
    Workload,
    Node,
    Event,

    /// <summary>Counts of endpoints.</summary>
    EndpointSlice,

    /// <summary>Metadata, and the fields that the rule of the kind names.</summary>
    Projected,
}
