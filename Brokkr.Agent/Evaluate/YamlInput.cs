using System.Text;

namespace Brokkr.Agent.Evaluate;

/// <summary>Reads objects from YAML, one document after the other: what is wrong with one ends that one only.</summary>
/// <param name="input">The text.</param>
/// <param name="report">Is told what cannot be read.</param>
internal sealed class YamlInput(TextReader input, Action<InputException> report)
{
    private const string Separator = "---";

    public IEnumerable<InputDocument> Read()
    {
        var number = 0;
        foreach (var (text, firstLine) in Texts())
        {
            number++;
            using var documents = new YamlDocument(text, number, firstLine).Read().GetEnumerator();
            while (Next(documents))
                yield return documents.Current;
        }
    }

    private bool Next(IEnumerator<InputDocument> documents)
    {
        try
        {
            return documents.MoveNext();
        }
        catch (InputException e)
        {
            report(e);
            return false;
        }
    }

    /// <summary>The text of each document, and how many lines stand before it. Within a document no line begins with dashes.</summary>
    private IEnumerable<(string Text, long FirstLine)> Texts()
    {
        var (text, first, line) = (new StringBuilder(), 0L, 0L);
        var isBlank = true;
        for (var next = input.ReadLine(); next is not null; next = input.ReadLine(), line++)
        {
            if (next.StartsWith(Separator, StringComparison.Ordinal))
            {
                if (!isBlank)
                    yield return ($"{text}", first);
                text.Clear();
                (first, isBlank) = (line, false);
            }

            isBlank = isBlank && string.IsNullOrWhiteSpace(next);
            text.Append(next).Append('\n');
        }

        if (!isBlank)
            yield return ($"{text}", first);
    }
}
