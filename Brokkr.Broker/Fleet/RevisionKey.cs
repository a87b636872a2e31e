namespace Brokkr.Broker.Fleet;

/// <summary>Where a reader of the revisions of one name stands, newest first.</summary>
internal sealed record RevisionKey(int Revision);
