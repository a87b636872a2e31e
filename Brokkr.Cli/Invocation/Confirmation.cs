using System.CommandLine;

namespace Brokkr.Cli.Invocation;

/// <summary><c>--yes</c> of what loses something.</summary>
internal static class Confirmation
{
    public static Option<bool> Option() => new("--yes", "-y") { Description = "Do not ask" };
}
