using System.IO.Enumeration;

namespace Brokkr.Agent.Health.Custom;

/// <summary>
/// Words in which <c>*</c> stands for any text and <c>?</c> for any letter; upper and lower case are alike. What a word behind <c>!</c>
/// stands for is left out.
/// </summary>
internal sealed class WordList(IEnumerable<string> words)
{
    public static readonly WordList Empty = new([]);

    private const char Exception = '!';

    private readonly string[] _words = [.. words.Where(w => w[0] != Exception)];
    private readonly string[] _exceptions = [.. words.Where(w => w[0] == Exception).Select(w => w[1..])];

    public bool Has(string? text) => text is { Length: > 0 } && Fits(_words, text) && !Fits(_exceptions, text);

    public WordList With(WordList more) =>
        new([.. _words, .. more._words, .. _exceptions.Concat(more._exceptions).Select(w => Exception + w)]);

    private static bool Fits(string[] words, string text) =>
        Array.Exists(words, word => FileSystemName.MatchesSimpleExpression(word, text));
}
