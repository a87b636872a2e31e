using Spectre.Console;

namespace Brokkr.Bench.Results;

/// <summary>Says what goes on: a bar on a terminal, plain lines elsewhere.</summary>
internal sealed class Screen
{
    private readonly bool _isTerminal = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    private ProgressTask? _bar;

    /// <summary>Runs a part under a bar of so many steps.</summary>
    public async Task ShowAsync(string part, int steps, Func<Task> work)
    {
        if (!_isTerminal)
        {
            Console.WriteLine($"== {part}");
            await work();
            return;
        }

        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
            new ElapsedTimeColumn(), new SpinnerColumn())
            .StartAsync(async progress =>
            {
                _bar = progress.AddTask(Markup.Escape(part), maxValue: steps);
                await work();
                _bar.Value = _bar.MaxValue;
                _bar = null;
            });
    }

    /// <summary>The next step begins.</summary>
    public void Step(string what)
    {
        if (_bar is null)
        {
            Console.WriteLine($"   {what}");
            return;
        }

        _bar.Description = Markup.Escape(what);
        _bar.Increment(1);
    }

    public static void Show(FigureTable figures)
    {
        var table = new Table().Title(Markup.Escape(figures.Title)).Border(TableBorder.Simple).AddColumn("");
        foreach (var name in figures.Cases)
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        table.AddColumn("target");
        foreach (var row in figures.Rows)
        {
            var cells = figures.Cases.Select(c => figures.Find(c, row.Name))
                .Select(f => f is null ? "" : f.IsMet ? f.Text : $"[red]{f.Text}[/]");
            table.AddRow([Markup.Escape(FigureTable.Heading(row)), .. cells, Markup.Escape(figures.Verdict(row))]);
        }

        AnsiConsole.Write(table);
    }
}
