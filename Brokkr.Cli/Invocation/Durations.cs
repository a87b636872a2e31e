using System.CommandLine;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Invocation;

/// <summary>Options that take a time such as <c>90s</c>, <c>10m</c>, <c>1h</c> or <c>7d</c>.</summary>
internal static class Durations
{
    public static Option<TimeSpan?> Option(string name, string description) => new(name)
    {
        Description = $"{description}: 90s, 10m, 8h, 7d",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (Ages.TryParse(result.Tokens[0].Value, out var time))
                return time;
            result.AddError($"{name} must be a time such as 90s, 10m, 8h or 7d, not {result.Tokens[0].Value}.");
            return null;
        },
    };

    /// <summary><c>--since</c> of lists.</summary>
    public static Option<TimeSpan?> Since() => Option("--since", "How long ago at most");
}
