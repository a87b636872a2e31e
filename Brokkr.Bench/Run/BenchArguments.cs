using System.Globalization;

namespace Brokkr.Bench.Run;

/// <summary>The command line of <c>./bench</c>.</summary>
internal sealed class BenchArguments
{
    public const string Usage =
        "./bench [ingest|fleet|queries|console|queue|alerts|scale|micro|agent|command|all] [--seconds N] [--json FILE] [--growth] "
        + "[--scale SHARE] [--page FILE] [--pods N] [--agent-binary PATH] [--command-binary PATH]";

    /// <summary>The parts to run; none names all.</summary>
    public List<string> Parts { get; } = [];

    /// <summary>How long each measurement takes; each part says where it needs longer.</summary>
    public double Seconds { get; private set; } = 30;

    /// <summary>A file for the figures; null for none.</summary>
    public string? Json { get; private set; }

    /// <summary>Whether each figure is taken at 1, 4 and 16 times the work instead of at its own.</summary>
    public bool Growth { get; private set; }

    /// <summary>
    /// The share of the work that is done, for a quick look; figures of less than all of it say nothing about the targets.
    /// </summary>
    public double Scale { get; private set; } = 1;

    /// <summary>The page that the figures are written into; null for the documentation's.</summary>
    public string? Page { get; private set; }

    /// <summary>The one size of cluster to measure the agent in.</summary>
    public int? Pods { get; private set; }

    /// <summary>The agents to measure, dlls or published executables; none is the one built with this program.</summary>
    public List<string> AgentBinaries { get; } = [];

    /// <summary>The command to measure, a published executable; null for the one that is built with this program.</summary>
    public string? CommandBinary { get; private set; }

    /// <summary>The command as far as it tells what was measured, and how.</summary>
    public override string ToString() => string.Join(' ', (IEnumerable<string>)
    [
        "./bench", .. Parts, string.Create(CultureInfo.InvariantCulture, $"--seconds {Seconds}"), .. Growth
        ? ["--growth"]
        : Array.Empty<string>(),
        .. Scale < 1 ? [string.Create(CultureInfo.InvariantCulture, $"--scale {Scale}")] : Array.Empty<string>(),
        .. Pods is { } pods ? [string.Create(CultureInfo.InvariantCulture, $"--pods {pods}")] : Array.Empty<string>(),
    ]);

    /// <summary>A wrong argument gives a sentence that says which.</summary>
    public static (BenchArguments? Arguments, string? Problem) Parse(IReadOnlyList<string> args, IReadOnlyCollection<string> parts)
    {
        var parsed = new BenchArguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (parts.Contains(args[i]))
                parsed.Parts.Add(args[i]);
            else if (args[i] == "--growth")
                parsed.Growth = true;
            else if (args[i] == "all")
                parsed.Parts.AddRange(parts);
            else if (i + 1 < args.Count && parsed.Set(args[i], args[i + 1]))
                i++;
            else
                return (null, $"{args[i]} is not understood, or its value is missing or wrong.");
        }

        return (parsed, null);
    }

    private bool Set(string name, string value)
    {
        switch (name)
        {
            case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600:
                Seconds = seconds;
                return true;
            case "--scale" when double.TryParse(value, CultureInfo.InvariantCulture, out var scale) && scale is > 0 and <= 1:
                Scale = scale;
                return true;
            case "--pods" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pods)
                && pods is >= 10 and <= 200_000:
                Pods = pods;
                return true;
            case "--json":
                Json = Path.GetFullPath(value);
                return true;
            case "--page":
                Page = Path.GetFullPath(value);
                return true;
            case "--agent-binary" when File.Exists(value):
                AgentBinaries.Add(Path.GetFullPath(value));
                return true;
            case "--command-binary" when File.Exists(value):
                CommandBinary = Path.GetFullPath(value);
                return true;
            default:
                return false;
        }
    }
}
