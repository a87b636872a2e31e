using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Access;

/// <summary>Finds keys by their ids, or by the names that they were made with, which need not be theirs alone.</summary>
internal static class KeyNames
{
    /// <summary>The identifier of any key that has it, or of the one in force that is called so.</summary>
    public static async Task<string> FindAsync(Run run, string text, CancellationToken ct)
    {
        var all = await AllAsync(run, ct);
        if (all.Exists(k => k.Id == text))
            return text;
        var inForce = all.FindAll(IsInForce);
        return inForce.FindAll(k => k.Name == text) switch
        {
            [var one] => one.Id,
            [] => throw new CommandException(ExitCodes.NotFound, $"There is no key {text} that is in force.",
                Nearest.Sentence(text, inForce.Select(k => k.Name)) is { Length: > 0 } like ? like : "brokkr keys list shows them."),
            var several => throw new CommandException(ExitCodes.Usage, $"{several.Count} keys that are in force are called {text}.",
                $"Say which by its id: {string.Join(", ", several.Take(5).Select(k => k.Id))}."),
        };
    }

    /// <summary>The names of the keys that are in force, for a shell.</summary>
    public static async Task<IEnumerable<string>> ListAsync(Run run, CancellationToken ct) =>
        (await AllAsync(run, ct)).Where(IsInForce).Select(k => k.Name).Distinct();

    private static bool IsInForce(Pak key) => key.State == "active";

    private static async Task<List<Pak>> AllAsync(Run run, CancellationToken ct) =>
        BrokerClient.Read(await run.Broker.ListAsync(() => new("api/v1/paks"), "paks", 0, ct), "paks", Answers.Default.Pak);
}
