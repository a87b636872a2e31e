using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>A submission before it counts.</summary>
/// <param name="Stack">Name of the stack.</param>
/// <param name="Name">Name of the deployment object.</param>
/// <param name="Yaml">What was given, for whoever gave it; empty where a former revision is to stand again.</param>
/// <param name="From">The revision that is to stand again; null where something new is submitted.</param>
/// <param name="Errors">Why it cannot count, with line and column; none where it can.</param>
/// <param name="Standing">The revision that stands now; null where the name is new.</param>
/// <param name="Clusters">How many clusters it reaches.</param>
/// <param name="Diff">What it changes; null where it cannot count.</param>
public sealed record SubmissionView(
    string Stack, string Name, string Yaml, int? From, IReadOnlyList<SubmissionError> Errors, int? Standing, int Clusters, DiffView? Diff)
{
    /// <summary>Whether it would change nothing.</summary>
    public bool IsSame => Diff is { Added: 0, Removed: 0 } && Standing is not null;
}

/// <summary>Why a submission cannot count.</summary>
/// <param name="Said">What is wrong, in a sentence, with line and column.</param>
/// <param name="Around">The lines of the text around it; none where the text as a whole is meant.</param>
public sealed record SubmissionError(string Said, IReadOnlyList<GivenLine> Around)
{
    private const int LinesAround = 2;

    private const int MostShown = 20;

    /// <summary>Every error of a text, the lines beside the first of them. Pure.</summary>
    internal static IReadOnlyList<SubmissionError> Of(string yaml, IReadOnlyList<ManifestFlaw> flaws)
    {
        var lines = yaml.Split('\n');
        return
        [
            .. flaws.Select((flaw, i) => flaw.IsOfAll
                ? new SubmissionError($"The text {flaw.Message}", [])
                : new($"Line {flaw.Line}, column {flaw.Column}: {flaw.Message}", i < MostShown ? Near(lines, flaw.Line, flaw.Column) : [])),
        ];
    }

    private static IReadOnlyList<GivenLine> Near(string[] lines, int meant, int column)
    {
        // What lacks at the end is missed in the line behind the last.
        string[] given = meant > lines.Length ? [.. lines, ""] : lines;
        var first = Math.Max(1, meant - LinesAround);
        return
        [
            .. given.Skip(first - 1).Take(meant + LinesAround - first + 1)
                .Select((text, i) => GivenLine.Of(first + i, text, first + i == meant ? column : null)),
        ];
    }
}

/// <summary>A line of what was given, or as much of it as a page has room for.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Before">The line up to what is meant; all of it where nothing in it is.</param>
/// <param name="Meant">The character that the error is at, a blank behind the end of the line; empty where nothing here is meant.</param>
/// <param name="After">The rest of the line.</param>
public sealed record GivenLine(int Number, string Before, string Meant, string After)
{
    private const int MostBefore = 80;

    private const int MostBehind = 200;

    /// <summary>Pure.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="text">The whole line.</param>
    /// <param name="column">The column that the error is at, from 1; null where it is in another line.</param>
    internal static GivenLine Of(int number, string text, int? column)
    {
        if (column is not { } at)
            return new(number, Cut(text), "", "");
        var before = text[..Math.Clamp(at - 1, 0, text.Length)];
        var rest = text[before.Length..];
        var meant = rest.Length == 0 ? " " : char.IsSurrogatePair(rest, 0) ? rest[..2] : rest[..1];
        return new(number, before.Length > MostBefore ? $"…{before[^MostBefore..]}" : before, meant,
            Cut(rest.Length > 0 ? rest[meant.Length..] : ""));
    }

    private static string Cut(string text) => text.Length > MostBehind ? $"{text[..MostBehind]}…" : text;
}
