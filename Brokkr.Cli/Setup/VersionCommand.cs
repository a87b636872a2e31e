using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Terminal;
using Brokkr.Contracts;

namespace Brokkr.Cli.Setup;

/// <summary><c>brokkr version</c>: that of the command, and of the broker if one is known.</summary>
internal static class VersionCommand
{
    public static Command Create(CommandLine line)
    {
        var (mine, output) = (new Option<bool>("--client") { Description = "Only that of the command" },
            Formats.Of("text", Formats.Json, Formats.Yaml));
        return line.Runs(new("version", "The versions of the command and of the broker") { mine, output }, async (run, ct) =>
        {
            var (versions, code) = (new JsonObject { ["client"] = ProgramVersion.Current }, ExitCodes.Ok);
            try
            {
                if (!run.Get(mine))
                {
                    using var broker = run.Connection.OpenWithoutKey();
                    versions["broker"] = $"{(await broker.GetAsync("healthz", ct))["version"]}";
                }
            }
            catch (CommandException e) when (e.ExitCode is ExitCodes.NotAllowed)
            {
                run.Screen.Note("No broker was asked, since none is known.");
            }
            catch (CommandException e) when (e.ExitCode is ExitCodes.Failed)
            {
                run.Screen.Explain(e);
                code = e.ExitCode;
            }

            run.Show(run.Get(output), versions, () => [], _ =>
            {
                var page = new Page();
                page.Line($"brokkr {versions["client"]}");
                if (versions["broker"] is { } there)
                    page.Line($"broker {there}");
                return page;
            });
            return code;
        });
    }
}
