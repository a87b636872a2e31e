using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Evaluate;

/// <summary>One run of the command: reads what it can, judges it, and says what it could not read.</summary>
internal sealed class EvaluateRun(EvaluateArguments arguments, EvaluateConsole console, HealthEvaluator rules, DateTimeOffset now)
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    private bool _hasProblems;
    private OverallStatus _worst;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        var judgements = Judge(Read()).Select(Note);
        if (arguments.Json)
        {
            foreach (var judgement in judgements)
                console.Output.WriteLine(JudgementJson.Line(judgement));
        }
        else
        {
            JudgementTable.Write(console.Output, judgements, arguments.Each, console.InColour);
        }

        return _hasProblems ? 1 : _worst >= arguments.FailOn ? 3 : 0;
    }

    private Judgement Note(Judgement judgement)
    {
        _worst = judgement.Health.Status > _worst ? judgement.Health.Status : _worst;
        return judgement;
    }

    private IEnumerable<Judgement> Judge(IEnumerable<InputObject> input)
    {
        if (arguments.Each)
            return input.Select(o => Judgement.OfOne(o.Object, Clock(o.NewestTime), rules));
        var (objects, newest) = (new List<KubeObject>(), default(DateTimeOffset?));
        foreach (var given in input)
        {
            objects.Add(given.Object);
            if (!(given.NewestTime <= newest))
                newest = given.NewestTime ?? newest;
        }

        foreach (var note in MissingInput.NotesOn(objects, rules.Kinds))
            console.Error.WriteLine(note);
        return Judgement.OfAll(objects, Clock(newest), rules);

        DateTimeOffset Clock(DateTimeOffset? latest) => arguments.Now ?? (arguments.NowIsLatest ? latest : null) ?? now;
    }

    private IEnumerable<InputObject> Read()
    {
        foreach (var file in arguments.Files.DefaultIfEmpty(EvaluateArguments.StandardInput).SelectMany(FilesOf))
        {
            using var stream = Open(file);
            if (stream is null)
                continue;
            var reader = new InputReader(new(rules.Kinds), problem => Report($"{NameOf(file)}, {problem.Message}"));
            if (reader.Open(stream) is not { } objects)
                Report($"{NameOf(file)} is empty");
            else
            {
                foreach (var given in Whole(file, objects))
                    yield return given;
            }
        }
    }

    /// <summary>Objects that are judged together must be told apart. A file may end in the middle.</summary>
    private IEnumerable<InputObject> Whole(string file, IEnumerable<InputObject> objects)
    {
        using var each = objects.GetEnumerator();
        while (true)
        {
            try
            {
                if (!each.MoveNext())
                    yield break;
            }
            catch (IOException e)
            {
                Report($"{NameOf(file)} cannot be read: {e.Message}");
                yield break;
            }

            var given = each.Current;
            if (!arguments.Each && given.Object.Metadata.Name.Length == 0)
                Report($"{NameOf(file)}, document {given.Document}, line {given.Line}: "
                    + $"this {given.Object.Kind} has no metadata.name; --each judges objects without it");
            else
                yield return given;
        }
    }

    private IEnumerable<string> FilesOf(string file)
    {
        if (!Directory.Exists(file))
            return [file];
        try
        {
            return [.. Directory.EnumerateFiles(file).Where(f => Endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report($"{file} cannot be read: {e.Message}");
            return [];
        }
    }

    private Stream? Open(string file)
    {
        try
        {
            return file == EvaluateArguments.StandardInput ? console.Input : File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report($"{file} cannot be read: {e.Message}");
            return null;
        }
    }

    private void Report(string problem)
    {
        _hasProblems = true;
        console.Error.WriteLine(TextCleaner.Clean(problem, Limits.MessageLength));
    }

    private static string NameOf(string file) => file == EvaluateArguments.StandardInput ? "standard input" : file;
}
