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
                : new($"Line {flaw.Line}, column {flaw.Column}: {flaw.Message}", i < MostShown ? Near(lines, flaw.Line) : [])),
        ];
    }

    private static IReadOnlyList<GivenLine> Near(string[] lines, int meant)
    {
        var first = Math.Max(1, meant - LinesAround);
        return
        [
            .. lines.Skip(first - 1).Take(Math.Min(meant, lines.Length) + LinesAround - first + 1)
                .Select((text, i) => new GivenLine(first + i, text, first + i == meant)),
        ];
    }
}

/// <summary>A line of what was given.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">The line.</param>
/// <param name="IsMeant">Whether the error is in it.</param>
public sealed record GivenLine(int Number, string Text, bool IsMeant);
