using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Evaluate;

/// <summary><c>brokkr-agent evaluate</c>: applies the health rules to objects from files or standard input.</summary>
internal static class EvaluateCommand
{
    /// <param name="args">What follows the command's name.</param>
    /// <param name="console">Where to read and write.</param>
    /// <param name="clock">The clock where none is given.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, EvaluateConsole console, TimeProvider clock)
    {
        var (arguments, problem) = EvaluateArguments.Parse(args);
        if (arguments is { WantsHelp: true })
        {
            await console.Output.WriteLineAsync(EvaluateArguments.Help);
            return 0;
        }

        if (arguments is { Files.Count: 0 } && console.InputIsTerminal)
            problem = "There is nothing to read: name a file with -f, or pipe objects in; see --help.";
        if (arguments is null || problem is not null)
        {
            await console.Error.WriteLineAsync(problem);
            return 2;
        }

        try
        {
            var rules = new HealthEvaluator(new() { RulesFile = arguments.RulesFile }) { RemembersNothing = true };
            Print(arguments, console,
                Judge(arguments, rules, ReadAsync(arguments, rules, console).ToBlockingEnumerable(), clock.GetUtcNow()));
            return 0;
        }
        catch (ConfigurationException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (InputException e)
        {
            await console.Error.WriteLineAsync(Contracts.Text.TextCleaner.Clean(e.Message, Contracts.Limits.MessageLength));
            return 1;
        }
    }

    private static void Print(EvaluateArguments arguments, EvaluateConsole console, IEnumerable<Judgement> judgements)
    {
        if (!arguments.Json)
        {
            JudgementTable.Write(console.Output, judgements, console.InColour);
            return;
        }

        foreach (var judgement in judgements)
            console.Output.WriteLine(JudgementJson.Line(judgement));
    }

    private static IEnumerable<Judgement> Judge(EvaluateArguments arguments, HealthEvaluator rules, IEnumerable<InputObject> input,
        DateTimeOffset now)
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

        return Judgement.OfAll(objects, Clock(newest), rules);

        DateTimeOffset Clock(DateTimeOffset? latest) => arguments.Now ?? (arguments.NowIsLatest ? latest : null) ?? now;
    }

    private static async IAsyncEnumerable<InputObject> ReadAsync(EvaluateArguments arguments, HealthEvaluator rules,
        EvaluateConsole console)
    {
        var reader = new InputReader(new(rules.Kinds));
        foreach (var file in arguments.Files.DefaultIfEmpty(EvaluateArguments.StandardInput))
        {
            await using var stream = Open(file, console);
            var objects = await reader.OpenAsync(stream) ?? throw new InputException($"{NameOf(file)} is empty");
            foreach (var given in Checked(file, objects, namesNeeded: !arguments.Each))
                yield return given;
        }
    }

    private static string NameOf(string file) => file == EvaluateArguments.StandardInput ? "standard input" : file;

    private static Stream Open(string file, EvaluateConsole console)
    {
        try
        {
            return file == EvaluateArguments.StandardInput ? console.Input : File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Says in errors which of the files it was. Objects that are judged together must be told apart.</summary>
    private static IEnumerable<InputObject> Checked(string file, IEnumerable<InputObject> objects, bool namesNeeded)
    {
        using var each = objects.GetEnumerator();
        while (true)
        {
            try
            {
                if (!each.MoveNext())
                    yield break;
                if (namesNeeded && each.Current is { Object.Metadata.Name.Length: 0 } unnamed)
                    throw new InputException(unnamed.Document, unnamed.Line,
                        $"this {unnamed.Object.Kind} has no metadata.name; --each judges objects without it");
            }
            catch (InputException e)
            {
                throw new InputException($"{NameOf(file)}, {e.Message}");
            }
            catch (IOException e)
            {
                throw new InputException($"{NameOf(file)} cannot be read: {e.Message}");
            }

            yield return each.Current;
        }
    }
}

/// <summary>Where the command reads and writes.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="InputIsTerminal">Whether standard input is a person, who would be waited for.</param>
/// <param name="InColour">Whether the output is a terminal that shows colours.</param>
internal sealed record EvaluateConsole(Stream Input, TextWriter Output, TextWriter Error, bool InputIsTerminal, bool InColour)
{
    public static EvaluateConsole Standard() => new(
        Console.OpenStandardInput(),
        new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024),
        Console.Error,
        !Console.IsInputRedirected,
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or ""
        && Environment.GetEnvironmentVariable("TERM") != "dumb");
}
