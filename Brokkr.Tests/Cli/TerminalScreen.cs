using System.Globalization;
using System.Text;

namespace Brokkr.Tests.Cli;

/// <summary>
/// What somebody sees who looks at a terminal: the few codes that the command and its runtime write, obeyed as terminals do. At the last
/// column the cursor waits: the next character goes to the next line, and what is cleared from there is the last character.
/// </summary>
internal sealed class TerminalScreen
{
    private readonly int _width;
    private readonly string[][] _cells;
    private int _row;
    private int _column;
    private bool _isWaiting;

    private TerminalScreen(int width, int height)
    {
        (_width, _cells) = (width, [.. Enumerable.Range(0, height).Select(_ => Blank(width))]);
    }

    /// <summary>How many lines went out at the top.</summary>
    public int Scrolled { get; private set; }

    /// <summary>Codes that it does not know, by their last letters.</summary>
    public HashSet<string> Unknown { get; } = [];

    public IReadOnlyList<string> Lines => [.. _cells.Select(r => string.Concat(r).TrimEnd())];

    public static TerminalScreen Of(string output, int width, int height)
    {
        var screen = new TerminalScreen(width, height);
        for (var i = 0; i < output.Length;)
            i += output[i] == '\e' ? screen.Obey(output[i..]) : screen.Write(output, i);
        return screen;
    }

    private static string[] Blank(int width) => [.. Enumerable.Repeat(" ", width)];

    /// <summary>Answers how many characters the code has.</summary>
    private int Obey(string from)
    {
        if (from.Length < 2 || from[1] != '[')
            return Math.Min(2, from.Length);
        var end = 2;
        while (end < from.Length && from[end] is (>= '0' and <= '?') or ' ')
            end++;
        if (end == from.Length)
            return from.Length;
        switch (from[2..(end + 1)])
        {
            case "H":
                (_row, _column, _isWaiting) = (0, 0, false);
                break;
            case "K":
                Array.Fill(_cells[_row], " ", _column, _width - _column);
                break;
            case "J":
                Array.Fill(_cells[_row], " ", _column, _width - _column);
                foreach (var below in _cells.Skip(_row + 1))
                    Array.Fill(below, " ");
                break;
            case "2J" or "?1049h" or "?1049l":
                foreach (var row in _cells)
                    Array.Fill(row, " ");
                break;
            case "?25l" or "?25h" or "?1h" or "?1l":
                break;
            case var code when code[^1] != 'm':
                Unknown.Add(code);
                break;
        }

        return end + 1;
    }

    /// <summary>Answers how many characters were written.</summary>
    private int Write(string text, int at)
    {
        var rune = Rune.GetRuneAt(text, at);
        switch (rune.Value)
        {
            case '\r':
                (_column, _isWaiting) = (0, false);
                break;
            case '\n':
                Down();
                break;
            case < ' ':
                Unknown.Add(rune.Value.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                if (_isWaiting)
                {
                    (_column, _isWaiting) = (0, false);
                    Down();
                }

                _cells[_row][_column++] = rune.ToString();
                // Wide characters take two columns.
                if (rune.Value is >= 0x1100 and < 0xFB00 and not (>= 0x2000 and < 0x2E80) && _column < _width)
                    _cells[_row][_column++] = "";
                if (_column >= _width)
                    (_column, _isWaiting) = (_width - 1, true);
                break;
        }

        return rune.Utf16SequenceLength;
    }

    private void Down()
    {
        if (++_row < _cells.Length)
            return;
        _row--;
        Scrolled++;
        for (var i = 1; i < _cells.Length; i++)
            _cells[i - 1] = _cells[i];
        _cells[^1] = Blank(_width);
    }
}
