using System.CommandLine;
using Brokkr.Contracts.Text;

namespace Brokkr.Cli.Invocation;

/// <summary><c>--condition</c> of what can be narrowed by it.</summary>
internal static class Conditions
{
    public static Option<string[]> Option()
    {
        var option = new Option<string[]>("--condition") { Description = "Only with one of these conditions, as in CrashLoopBackOff" };
        // Custom resources have others besides.
        option.CompletionSources.Add(_ => ConditionGuide.Known.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        return option;
    }
}
