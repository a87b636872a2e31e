using System.Text.RegularExpressions;
using Spectre.Console;

namespace Brokkr.Cli.Terminal;

/// <summary>Writes what a command shows: data to standard output, progress and errors to the other one.</summary>
internal sealed partial class Screen(Surroundings around, bool colours)
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
        var console = Console(text, around.OutIsTerminal ? around.Size().Width : Unlimited);
        foreach (var block in page.Blocks)
        {
            if (block.Grid is { } grid)
                console.Write(grid.Render(around.OutIsTerminal ? around.Size().Width : null, block.Indent));
            else
                console.Write(new Padder(Paragraph(block.Line)).Padding(block.Indent, 0, 0, 0));
        }

        var shown = colours && around.OutIsTerminal ? text.ToString() : Styles().Replace(text.ToString(), "");
        return string.Concat(shown.Split('\n')[..^1].Select(line => line.TrimEnd() + "\n"));
    }

    /// <summary>Shows that something is waited for: a spinner on a terminal with colours, a line elsewhere.</summary>
    public async Task<T> WaitAsync<T>(string what, Func<Task<T>> work)
    {
        if (!around.ErrorIsTerminal || !colours)
        {
            Note(what);
            return await work();
        }

        var status = Console(around.Error, around.Size().Width).Status();
        return await status.StartAsync(Markup.Escape(new Piece(what).Text), _ => work());
    }

    private static Paragraph Paragraph(IReadOnlyList<Piece> pieces)
    {
        var paragraph = new Paragraph();
        foreach (var piece in pieces)
            paragraph.Append(piece.Text, Tones.Style(piece.Tone));
        return pieces.Count == 0 ? paragraph.Append(" ") : paragraph;
    }

    /// <summary>
    /// Always with styles, also where they are taken out again: without, it would reset those of the process's own terminal.
    /// </summary>
    private static IAnsiConsole Console(TextWriter to, int width)
    {
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(to),
            Enrichment = new() { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        return console;
    }

    /// <summary>What texts have of it is cleaned.</summary>
    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Styles();
}
