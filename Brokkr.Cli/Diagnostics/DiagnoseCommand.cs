using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary><c>brokkr diagnose</c>: asks an agent what is wrong.</summary>
internal static class DiagnoseCommand
{
    private const string Markdown = "md";
    private const string Zip = "zip";

    public static Command Create(CommandLine line)
    {
        var name = line.OptionalName("A deployment object: web, shop/web, web@eu-1, or an id", (run, ct) =>
            run.Finder.ObjectNamesAsync(run.Word, ct));
        var request = new Option<string?>("--request")
        {
            Description = "Show what became of this request instead of making one",
            HelpName = "ID"
        };
        var agent = line.NameOption("--agent", "The agent to ask; the one where it is worst where nothing is said", (run, ct) =>
            run.Finder.AgentNamesAsync(ct));
        var wait = new Option<bool>("--wait") { Description = "Wait for the answer and show it" };
        var (timeout, output) = (WaitCommand.Timeout(), Formats.Of("text", Formats.Json, Formats.Yaml, Markdown, Zip));
        var file = new Option<string?>("--file", "-f") { Description = "Where to write -o zip; - for standard output" };
        var command = new Command("diagnose", "Ask an agent for pods, events and logs of a deployment object, and what is wrong with it")
        {
            name, request, agent, wait, timeout, output, file,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(name) is null == result.GetValue(request) is null)
                result.AddError("Name a deployment object, or a request with --request.");
        });
        return line.Runs(command, async (run, ct) =>
        {
            var id = run.Get(request) is { } asked ? Identifier.Require(asked, "diagnostic request", "brokkr get diagnostics NAME") : null;
            if (id is null)
            {
                var found = await run.Finder.ObjectAsync(run.Get(name)!, ct);
                if (run.Get(agent) is { } named)
                    found = found with { Agent = await run.Finder.AgentAsync(named, ct) };
                var made = await Asking.RequestAsync(run, found, ct);
                id = $"{made["request_id"]}";
                if (!run.Get(wait))
                    return ShowRequest(run, run.Get(output)!, made, id);
            }

            var answer = run.Get(wait)
                ? await Asking.ResultAsync(run, id, WaitCommand.TimeoutOf(run, timeout), ct)
                : await run.Broker.GetAsync($"api/v1/diagnostics/{id}", ct);
            await ShowAsync(run, run.Get(output)!, answer, run.Get(file), ct);
            return ExitCodes.Ok;
        });
    }

    private static int ShowRequest(Run run, string format, JsonObject made, string id)
    {
        run.Show(format is Formats.Json or Formats.Yaml ? format : Formats.Name, made, () => [id], _ => new());
        run.Screen.Note($"brokkr diagnose --request {id} --wait shows the answer.");
        return ExitCodes.Ok;
    }

    private static async Task ShowAsync(Run run, string format, JsonObject answer, string? file, CancellationToken ct)
    {
        if (format is Formats.Json or Formats.Yaml)
        {
            run.Show(format, answer, () => [], _ => new());
            return;
        }

        var diagnostic = Asking.Finished(answer);
        switch (format)
        {
            case Markdown:
                run.Screen.Raw(DiagnosticMarkdown.Of(diagnostic).TrimEnd('\n'));
                break;
            case Zip:
                await WriteZipAsync(run, answer, diagnostic, file ?? $"diagnostic-{diagnostic.RequestId[..8]}.zip", ct);
                break;
            default:
                run.Screen.Show(DiagnosticText.Of(diagnostic, run.Now));
                break;
        }
    }

    private static async Task WriteZipAsync(Run run, JsonObject answer, Diagnostic diagnostic, string file, CancellationToken ct)
    {
        var zip = DiagnosticZip.Of(answer, diagnostic);
        if (file == "-")
        {
            await run.Around.RawOut.WriteAsync(zip, ct);
            return;
        }

        try
        {
            await File.WriteAllBytesAsync(file, zip, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failed, $"{file} cannot be written: {e.Message}",
                $"-f names another file: brokkr diagnose --request {diagnostic.RequestId} -o zip -f FILE");
        }

        run.Screen.Raw(new Piece(file).Text);
    }
}
