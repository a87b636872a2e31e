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
            return new EvaluateRun(arguments, console, rules, clock.GetUtcNow()).Run();
        }
        catch (ConfigurationException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return 2;
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
