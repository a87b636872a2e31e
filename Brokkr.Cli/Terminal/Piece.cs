using Brokkr.Contracts.Text;

namespace Brokkr.Cli.Terminal;

/// <summary>
/// A piece of text to show. Whatever it is made from is cleaned: nothing that a cluster says can steer a terminal, hide a text or break a
/// line.
/// </summary>
internal readonly struct Piece(string? text, Tone tone = Tone.Plain)
{
    public string Text { get; } = TextCleaner.Clean(text ?? "").Replace('\t', ' ');

    public Tone Tone => tone;

    public static implicit operator Piece(string? text) => new(text);

    /// <summary>A status or a state in its colour.</summary>
    public static Piece Word(string word) => new(word, Tones.Of(word));
}
