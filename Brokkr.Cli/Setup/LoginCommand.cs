using System.CommandLine;
using System.Text;
using Brokkr.Cli.Contexts;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Setup;

/// <summary><c>brokkr login</c>: tries a key and keeps it as a context.</summary>
internal static class LoginCommand
{
    public static Command Create(CommandLine line)
    {
        var url = new Argument<string?>("URL")
        {
            Description = "Address of the broker, as in https://brokkr.example.com",
            Arity = ArgumentArity.ZeroOrOne
        };
        var name = new Option<string?>("--name") { Description = "What to call it; its host where nothing is said" };
        var command = new Command("login",
            "Sign in to a broker: asks for your key, or reads it from standard input or from --pak-file") { url, name };
        return line.Runs(command, async (run, ct) =>
        {
            var connection = run.Connection;
            var address = Connection.UrlOf(run.Get(url) ?? connection.Url
                ?? throw new CommandException(ExitCodes.Usage, "Which broker?", "brokkr login https://brokkr.example.com"));
            var pakFile = connection.PakFile is { } file ? Path.GetFullPath(file) : null;
            var pak = pakFile is not null ? Connection.KeyIn(pakFile) : Connection.RequireKey(ReadKey(run), "What was typed is");
            using var broker = new BrokerClient(address, pak, Connection.Trusted(connection.Ca));
            var self = BrokerClient.Read(await broker.GetAsync("api/v1/self", ct), Answers.Default.Self);
            var context = new BrokerContext(run.Get(name) ?? address.Host, address.AbsoluteUri.TrimEnd('/'), pakFile is null ? pak
                : null, pakFile,
                connection.Ca is { } ca ? Path.GetFullPath(ca) : null);
            connection.File.Write(connection.File.Read().With(context));
            run.Screen.Note($"Signed in to {context.Url} as {self.Key.Name} ({self.Key.Role}); the context is called {context.Name}.");
            run.Screen.Note("Next: brokkr get objects");
            return ExitCodes.Ok;
        });
    }

    /// <summary>Without showing it on a terminal.</summary>
    private static string ReadKey(Run run)
    {
        if (!run.Around.InIsTerminal)
            return run.Around.In.ReadLine() ?? "";
        // Whether there is a key is asked without echo, which stays off from then on: what is pasted at the prompt is never seen.
        _ = run.Around.KeyAvailable();
        run.Around.Error.Write("Key: ");
        var typed = new StringBuilder();
        while (run.Around.ReadKey() is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        run.Around.Error.WriteLine();
        return typed.ToString();
    }
}
