using System.Text.RegularExpressions;

namespace Brokkr.Cli.Setup;

/// <summary>
/// A line to be completed that ends in <c>--option=value</c>, which the library completes with nothing: it is asked about the option and
/// the value apart, and the answers get back what was before the value, since the shell takes all of it for one word.
/// </summary>
internal static partial class AttachedValue
{
    /// <summary>The arguments to go on with, and what belongs before each line of the answer.</summary>
    public static (string[] Args, string Before) Detach(string[] args)
    {
        if (args is not [var directive, var line] || !directive.StartsWith("[suggest:", StringComparison.Ordinal)
            || LastWord().Match(line) is not { Success: true } word)
            return (args, "");
        return ([directive, $"{line[..word.Index]}{word.Groups[1]} {word.Groups[2]}"], $"{word.Groups[1]}=");
    }

    [GeneratedRegex(@"(?<=\s)(--[a-z-]+)=(\S*)$")]
    private static partial Regex LastWord();
}
