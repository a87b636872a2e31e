namespace Brokkr.Contracts.Configuration;

/// <summary>A list in a section, of which each part is a table of its own: <c>[[section.key]]</c> in the file.</summary>
public abstract class OptionsList
{
    /// <summary>Adds a part with its defaults, and answers it.</summary>
    public abstract OptionsSection Add();
}

/// <summary>A list of parts of one kind.</summary>
public sealed class OptionsList<T> : OptionsList where T : OptionsSection, new()
{
    private readonly List<T> _parts = [];

    /// <summary>The parts, in their order.</summary>
    public IReadOnlyList<T> Parts => _parts;

    /// <inheritdoc/>
    public override OptionsSection Add()
    {
        _parts.Add(new());
        return _parts[^1];
    }
}
