namespace Brokkr.Broker.Ui.Parts;

/// <summary>Something that narrows a list.</summary>
/// <param name="Said">What it is, as in <c>stack shop</c>.</param>
/// <param name="Without">The address of the list without it.</param>
/// <param name="Excludes">Whether the list would have rows without it alone.</param>
public sealed record ActiveFilter(string Said, string Without, bool Excludes);
