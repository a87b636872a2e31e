namespace Brokkr.Broker.Health;

/// <summary>A revision of a deployment object, as its history names it.</summary>
internal sealed class RevisionRow
{
    public Guid Id { get; set; }

    public int Revision { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? SupersededAt { get; set; }
}
