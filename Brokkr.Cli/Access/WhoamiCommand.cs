using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Access;

/// <summary><c>brokkr whoami</c>: whose key is used, where, and what it may.</summary>
internal static class WhoamiCommand
{
    public static Command Create(CommandLine line)
    {
        var output = Formats.Of("text", Formats.Json, Formats.Yaml, Formats.Name);
        var command = new Command("whoami", "Whose key you use at which broker, until when it is valid, and what it may") { output };
        return line.Runs(command, async (run, ct) =>
        {
            var answer = await run.Broker.GetAsync("api/v1/self", ct);
            var self = BrokerClient.Read(answer, Answers.Default.Self);
            run.Show(run.Get(output), answer, () => [self.Key.Name], _ => View(self, run.Broker.Url, run.Now));
            return ExitCodes.Ok;
        });
    }

    /// <summary>Pure.</summary>
    public static Page View(Self self, Uri url, DateTimeOffset now)
    {
        var page = new Page();
        page.Line(new Piece(self.Key.Name, Tone.Bold), $", {self.Key.Role}, at {url.AbsoluteUri.TrimEnd('/')}");
        page.Line(self.Key.ExpiresAt is { } end ? $"The key {self.Key.Id} is valid until {Ages.Exact(end)}."
            : $"The key {self.Key.Id} does not expire.");
        page.Line(new Piece($"It may {string.Join(", ", self.May)}.", Tone.Dim));
        return page;
    }
}
