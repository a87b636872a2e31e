namespace Brokkr.Broker.Fleet;

/// <summary>A revision, and what is to become of it.</summary>
internal sealed class RevisionUseRow
{
    public Guid Id { get; set; }

    public Guid StackId { get; set; }

    public string Name { get; set; } = "";

    public int Revision { get; set; }

    /// <summary>Its manifests are still there.</summary>
    public bool IsWhole { get; set; }

    /// <summary>It was superseded, by more than are kept.</summary>
    public bool IsOver { get; set; }

    /// <summary>It was superseded before the time that is kept.</summary>
    public bool IsOld { get; set; }
}
