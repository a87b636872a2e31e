namespace Brokkr.Cli.Terminal;

/// <summary>What a command has to show: lines and tables, one below the other.</summary>
internal sealed class Page
{
    private readonly List<Block> _blocks = [];

    public IReadOnlyList<Block> Blocks => _blocks;

    public void Heading(string text) => Line(0, new Piece(text, Tone.Bold));

    public void Line(params Piece[] pieces) => Line(0, pieces);

    /// <summary>What is too long goes on below its own beginning.</summary>
    public void Line(int indent, params Piece[] pieces) => _blocks.Add(new(indent, pieces, null));

    public void Table(Grid grid, int indent = 0) => _blocks.Add(new(indent, [], grid));

    public void Space() => Line();

    /// <summary>What another page shows.</summary>
    public void Add(Block block) => _blocks.Add(block);

    /// <summary>A line, or a table.</summary>
    internal sealed record Block(int Indent, IReadOnlyList<Piece> Line, Grid? Grid);
}
