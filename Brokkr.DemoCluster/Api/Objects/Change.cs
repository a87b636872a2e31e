namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>One step in the life of an object: created without a before, deleted without an after.</summary>
/// <param name="Before">The version that the change replaced.</param>
/// <param name="After">The version that it left.</param>
/// <param name="Last">What watchers see: the new version, or the last one of a deleted object under the version of its deletion.</param>
internal sealed record Change(StoredObject? Before, StoredObject? After, StoredObject Last)
{
    public long Version => Last.Version;
}
