using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Invocation;

/// <summary>One run of a command: what it was told, whom it calls, where it writes.</summary>
internal sealed class Run : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly ParseResult _parsed;
    private readonly CommandLine _line;
    private readonly Lazy<BrokerClient> _broker;

    public Run(ParseResult parsed, CommandLine line)
    {
        (_parsed, _line) = (parsed, line);
        _broker = new(() => line.Connection(parsed).Open());
        Colours = !parsed.GetValue(line.NoColour) && line.Around.Variable("NO_COLOR") is null && line.Around.Variable("TERM") != "dumb";
        Screen = new(line.Around, Colours);
    }

    public bool Colours { get; }

    /// <summary>Another one while the screen is drawn again and again.</summary>
    public Screen Screen { get; set; }

    /// <summary>What somebody has typed of the word that a shell completes; empty in a run.</summary>
    public string Word { get; init; } = "";

    public Surroundings Around => _line.Around;

    public BrokerClient Broker => _broker.Value;

    public Finder Finder => new(Broker);

    public Contexts.Connection Connection => _line.Connection(_parsed);

    public DateTimeOffset Now => Around.Clock.GetUtcNow();

    /// <summary>So long ago, as the broker takes it; null where nothing is said.</summary>
    public string? Back(TimeSpan? age) => (Now - age)?.ToString("O");

    /// <summary>What the command line has besides what the command knows.</summary>
    public IReadOnlyList<string> Unmatched => _parsed.UnmatchedTokens;

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => _parsed.GetValue(argument)!;

    public void Dispose()
    {
        if (_broker.IsValueCreated)
            _broker.Value.Dispose();
    }

    /// <summary>Writes an answer in the format that was asked for.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="answer">What REST answered.</param>
    /// <param name="names">By what commands take the rows again.</param>
    /// <param name="page">What people see; more of it where they ask for <c>wide</c>.</param>
    public void Show(string? format, JsonObject answer, Func<IEnumerable<string>> names, Func<bool, Page> page)
    {
        switch (format)
        {
            case Formats.Json:
                Screen.Raw(JsonText.Of(answer));
                break;
            case Formats.Yaml:
                Screen.Raw(YamlText.Of(answer));
                break;
            case Formats.Name:
                foreach (var name in names())
                    Screen.Raw(new Piece(name).Text);
                break;
            default:
                Screen.Show(page(format == Formats.Wide));
                break;
        }
    }

    /// <summary>Asks before something is lost.</summary>
    /// <exception cref="CommandException">The answer is no, or nobody is there to ask.</exception>
    public void Confirm(string question, bool isConfirmed)
    {
        if (isConfirmed)
            return;
        if (!Around.InIsTerminal)
            throw new CommandException(ExitCodes.Usage, $"{question} Nobody is there to answer.", "--yes confirms it.");
        Around.Error.Write($"{new Piece(question).Text} [y/N] ");
        if (Around.In.ReadLine()?.Trim().ToLowerInvariant() is not ("y" or "yes"))
            throw new CommandException(ExitCodes.Failed, "Nothing was changed.");
    }

    /// <summary>Calls again while the broker is away or has too much to do, for whoever waits anyway.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="began">When the waiting began, by the run's clock.</param>
    /// <param name="timeout">How long it is at most.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<T> PatientlyAsync<T>(Func<Task<T>> call, long began, TimeSpan timeout, CancellationToken ct)
    {
        for (var isSaid = false; ; isSaid = true)
        {
            try
            {
                return await call();
            }
            catch (CommandException e) when (e.MayPass && Around.Clock.GetElapsedTime(began) < timeout)
            {
                if (!isSaid)
                    Screen.Note($"{e.Message} Trying again.");
                await PauseAsync(TryAgain, ct);
            }
        }
    }

    /// <summary>Waits by the clock that the run has.</summary>
    public Task PauseAsync(TimeSpan pause, CancellationToken ct) => Task.Delay(pause, Around.Clock, ct);
}
