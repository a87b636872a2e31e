using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary><c>brokkr ack</c>: says that somebody looks after an alert.</summary>
internal static class AckCommand
{
    public static Command Create(CommandLine line)
    {
        var names = line.Completed(new Argument<string[]>("ALERT")
        {
            Description = "An alert by its id, a deployment object of which every open one is meant, or @AGENT for a silent agent",
            Arity = ArgumentArity.OneOrMore,
        }, OpenAlerts.NamesAsync);
        var comment = new Option<string?>("--comment", "-m") { Description = "What to say beside it" };
        var command = new Command("ack", "Say that you look after an alert: it is not told again until it ends or gets worse")
        {
            names, comment,
        };
        return line.Runs(command, async (run, ct) =>
        {
            foreach (var name in run.Get(names))
            {
                foreach (var id in await OpenAlerts.IdsAsync(run, name, ct))
                {
                    var body = run.Get(comment) is { } said ? new JsonObject { ["comment"] = said } : [];
                    var alert = BrokerClient.Read(await run.Broker.PostAsync($"api/v1/alerts/{id}/acknowledge", body, ct),
                        Answers.Default.Alert);
                    run.Screen.Raw(new Piece($"{AlertView.About(alert)}: {alert.Status} is acknowledged by {alert.AcknowledgedBy}.").Text);
                }
            }

            return ExitCodes.Ok;
        });
    }
}
