using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Setup;

/// <summary><c>brokkr evaluate</c>: hands over to <c>brokkr-agent evaluate</c>, which judges objects of a cluster without a
/// broker.</summary>
internal static class EvaluateCommand
{
    private const string Program = "brokkr-agent";

    public static Command Create(CommandLine line)
    {
        var rest = new Argument<string[]>("ARGUMENTS")
        {
            Description = "What brokkr-agent evaluate understands",
            Arity = ArgumentArity.ZeroOrMore
        };
        var command = new Command("evaluate",
            "Judge objects of a cluster without a broker: kubectl get all,events -A -o json | brokkr evaluate") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        return line.Runs(command, async (run, ct) =>
        {
            var program = Find(run.Around) ?? throw new CommandException(ExitCodes.Failed,
                $"{Program}, which judges objects, is not installed here.",
                "It comes in the archive and the package brokkr-agent of the same release: put it into a directory of PATH.");
            using var process = Start(new(program, ["evaluate", .. run.Get(rest), .. run.Unmatched]));
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        });
    }

    private static Process Start(ProcessStartInfo program)
    {
        try
        {
            return Process.Start(program)!;
        }
        catch (Win32Exception e)
        {
            throw new CommandException(ExitCodes.Failed, $"{program.FileName} cannot be started: {e.Message}.",
                "It comes in the archive and the package brokkr-agent of the same release.");
        }
    }

    /// <summary>Beside this program, or in a directory of PATH; null where it is in none.</summary>
    private static string? Find(Surroundings around)
    {
        var directories = (around.Variable("PATH") ?? "").Split(Path.PathSeparator)
            .Prepend(Path.GetDirectoryName(Environment.ProcessPath) ?? "");
        return directories.Where(d => d.Length > 0).Select(d => Path.Combine(d, Program)).FirstOrDefault(File.Exists);
    }
}
