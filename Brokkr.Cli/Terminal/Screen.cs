using Spectre.Console;

namespace Brokkr.Cli.Terminal;

/// <summary>Writes what a command shows: data to standard output, progress and errors to the other one.</summary>
internal sealed class Screen(Surroundings around, bool colours)
{
    /// <summary>A pipe is as wide as what goes through it.</summary>
    private const int Unlimited = 100_000;

    public Surroundings Around => around;

    /// <summary>A text as it is, with a line end.</summary>
    public void Raw(string text) => around.Out.WriteLine(text);

    public void Show(Page page) => around.Out.Write(Render(page));

    public void Show(Grid grid)
    {
        var page = new Page();
        page.Table(grid);
        Show(page);
    }

    /// <summary>For people, and out of the way of programs.</summary>
    public void Note(string text) => around.Error.WriteLine(new Piece(text).Text);

    /// <summary>Why the command cannot go on, and what to do next.</summary>
    public void Explain(CommandException failure)
    {
        Note(failure.Message);
        if (failure.Next.Length > 0)
            Note(failure.Next);
    }

    public string Render(Page page)
    {
        var text = new StringWriter();
        var console = Console(text, around.OutIsTerminal ? around.Size().Width : Unlimited, colours && around.OutIsTerminal);
        foreach (var block in page.Blocks)
        {
            if (block.Grid is { } grid)
                console.Write(grid.Render(around.OutIsTerminal ? around.Size().Width : null, block.Indent));
            else
                console.Write(new Padder(Paragraph(block.Line)).Padding(block.Indent, 0, 0, 0));
        }

        return string.Concat(text.ToString().Split('\n')[..^1].Select(line => line.TrimEnd() + "\n"));
    }

    /// <summary>Shows that something is waited for: a spinner on a terminal, a line elsewhere.</summary>
    public async Task<T> WaitAsync<T>(string what, Func<Task<T>> work)
    {
        if (!around.ErrorIsTerminal)
        {
            Note(what);
            return await work();
        }

        var status = Console(around.Error, around.Size().Width, colours).Status();
        return await status.StartAsync(Markup.Escape(new Piece(what).Text), _ => work());
    }

    private static Paragraph Paragraph(IReadOnlyList<Piece> pieces)
    {
        var paragraph = new Paragraph();
        foreach (var piece in pieces)
            paragraph.Append(piece.Text, Tones.Style(piece.Tone));
        return pieces.Count == 0 ? paragraph.Append(" ") : paragraph;
    }

    private static IAnsiConsole Console(TextWriter to, int width, bool ansi)
    {
        var console = AnsiConsole.Create(new()
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(to),
            Enrichment = new() { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        return console;
    }
}
