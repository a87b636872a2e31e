namespace Brokkr.Broker.Fleet;

/// <summary>What is kept of superseded revisions.</summary>
/// <param name="Kept">So many of a deployment object are kept whole.</param>
/// <param name="Days">So long are the others, without their manifests: as long as the history that names them.</param>
internal sealed record RevisionRetention(int Kept, int Days);
