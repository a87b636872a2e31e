using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Lookup;

/// <summary>A deployment object as somebody names it: <c>web</c>, <c>shop/web</c>, <c>web@eu-1</c>, or an identifier in the place of the
/// name.</summary>
internal sealed record ObjectName(string? Stack, string Name, string? Agent)
{
    /// <exception cref="CommandException">It has another form.</exception>
    public static ObjectName Parse(string text)
    {
        var (before, agent) = text.Split('@') switch
        {
            [var all] => (all, null),
            [var all, { Length: > 0 } on] => (all, on),
            _ => throw Malformed(text),
        };
        return before.Split('/') switch
        {
            [{ Length: > 0 } name] => new(null, name, agent),
            [{ Length: > 0 } stack, { Length: > 0 } name] => new(stack, name, agent),
            _ => throw Malformed(text),
        };
    }

    private static CommandException Malformed(string text) =>
        new(ExitCodes.Usage, $"{text} is no name of a deployment object.", "It is one such as web, shop/web, shop/web@eu-1, or an id.");
}
