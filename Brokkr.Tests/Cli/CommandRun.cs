using System.Text;
using System.Text.Json.Nodes;
using Brokkr.Cli;
using Brokkr.Cli.Terminal;
using Brokkr.Tests.Broker;

namespace Brokkr.Tests.Cli;

/// <summary>What the command did: its exit code, what it wrote as data, and what it said besides.</summary>
internal sealed record CommandRun(int Code, string Out, string Error)
{
    internal JsonNode Json => JsonNode.Parse(Out)!;

    /// <summary>Runs the command within this process, in a pipe, as the broker's admin.</summary>
    public static Task<CommandRun> OfAsync(BrokerFixture broker, params string[] args) => OfAsync(broker, broker.AdminPak, args);

    public static async Task<CommandRun> OfAsync(BrokerFixture broker, string pak, string[] args, string input = "")
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, pak);
        try
        {
            return await OfAsync(new() { ["BROKKR_URL"] = $"{broker.Urls[0]}", ["BROKKR_PAK_FILE"] = file }, args, input);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static async Task<CommandRun> OfAsync(Dictionary<string, string> environment, string[] args, string input = "", int? terminal = null)
    {
        var (output, error, raw) = (new StringWriter(), new StringWriter(), new MemoryStream());
        var around = new Surroundings
        {
            Out = output,
            Error = error,
            In = new StringReader(input),
            RawOut = raw,
            OutIsTerminal = terminal is not null,
            Size = () => (terminal ?? 80, 24),
            Environment = new Dictionary<string, string>(environment) { ["HOME"] = environment.GetValueOrDefault("HOME", "/nonexistent") },
        };
        var code = await BrokkrCommand.RunAsync(args, around, CancellationToken.None);
        return new(code, output + Encoding.Latin1.GetString(raw.ToArray()), error.ToString());
    }
}
