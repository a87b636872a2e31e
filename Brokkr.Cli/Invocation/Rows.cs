using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Rest;

namespace Brokkr.Cli.Invocation;

/// <summary>How many rows of a list are shown.</summary>
internal static class Rows
{
    public static Option<int> Limit(int rows = 500)
    {
        var option = new Option<int>("--limit") { Description = "How many rows at most; 0 for all", DefaultValueFactory = _ => rows };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number < 0))
                result.AddError($"--limit must be a number of rows, 0 for all, not {token.Value}.");
        });
        return option;
    }

    /// <summary>Says where rows were left out.</summary>
    public static void NoteRest(Run run, JsonObject answer)
    {
        if (BrokerClient.NextPage(answer) is not null)
            run.Screen.Note("There are more: --limit 0 shows all of them.");
    }
}
