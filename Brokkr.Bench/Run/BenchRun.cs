using Brokkr.Bench.Results;
using Brokkr.Bench.Stage;

namespace Brokkr.Bench.Run;

/// <summary>What the parts of one run share: the database server, the screen, the figures.</summary>
internal sealed class BenchRun(BenchArguments arguments, Screen screen, BenchDatabase database, string directory)
{
    private readonly List<FigureTable> _tables = [];
    private int _directories;

    public BenchArguments Arguments { get; } = arguments;

    public Screen Screen { get; } = screen;

    public BenchDatabase Database { get; } = database;

    public IReadOnlyList<FigureTable> Tables => _tables;

    /// <summary>How long one measurement takes.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(Arguments.Seconds);

    /// <summary>The multiples of the work at which growth is measured.</summary>
    public IReadOnlyList<int> Factors => Arguments.Growth ? [1, 4, 16] : [1];

    /// <summary>So much of a quantity as this run is to work with.</summary>
    public int Scaled(int whole) => Math.Max(1, (int)(whole * Arguments.Scale));

    public FigureTable Table(string part, string title)
    {
        var table = new FigureTable(part, title);
        _tables.Add(table);
        return table;
    }

    /// <summary>For the files of a process; goes with the run.</summary>
    public string NewDirectory() => Directory.CreateDirectory(Path.Combine(directory, $"{++_directories}")).FullName;

    /// <summary>A pause that a quick look does not need in full.</summary>
    public Task PauseAsync(TimeSpan whole, CancellationToken ct) =>
        Task.Delay(whole * Math.Min(1, Arguments.Seconds / 10), TimeProvider.System, ct);
}
