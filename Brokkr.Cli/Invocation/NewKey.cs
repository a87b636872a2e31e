using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Contexts;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Invocation;

/// <summary>What becomes of a key that the broker has made: it is shown this once.</summary>
internal static class NewKey
{
    public static Option<string?> Option() =>
        new("--key-file")
        {
            Description = "Write the key into this file, for its owner alone, instead of to standard output",
            HelpName = "FILE"
        };

    public static Option<int?> Overlap() =>
        new("--valid-old-for-minutes") { Description = "How long the old keys stay valid, 0 to 10080; 60 where nothing is said" };

    public static JsonObject Body(int? overlap) => overlap is { } minutes ? new() { ["valid_old_for_minutes"] = minutes } : [];

    public static void Write(Run run, string? file, string key)
    {
        if (file is null)
        {
            run.Screen.Raw(key);
            return;
        }

        try
        {
            OwnFile.Write(file, key);
            run.Screen.Note($"The key is in {file}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            run.Screen.Raw(key);
            throw new CommandException(ExitCodes.Failed, $"{file} cannot be written ({e.Message}): the key is on standard output.");
        }
    }
}
