namespace Brokkr.Broker.Fleet;

/// <summary>A name, and whether any deployment object bears it.</summary>
internal sealed class NameUseRow
{
    public string Name { get; set; } = "";

    public bool IsUsed { get; set; }
}
