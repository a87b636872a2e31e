using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Lookup;

/// <summary>What the broker names things by where they have no name of their own. Pure.</summary>
internal static class Identifier
{
    /// <summary>As the broker writes it; null for what is none.</summary>
    public static string? Of(string text) => Guid.TryParseExact(text, "D", out var id) ? $"{id}" : null;

    /// <param name="text">What somebody gave.</param>
    /// <param name="what">What it is to be the identifier of.</param>
    /// <param name="list">The command that shows such identifiers.</param>
    /// <exception cref="CommandException">It is none, so that nothing can have it.</exception>
    public static string Require(string text, string what, string list) => Of(text)
        ?? throw new CommandException(ExitCodes.NotFound, $"There is no {what} {text}: it is named by its id.", $"{list} shows them.");
}
