using System.Globalization;
using Brokkr.DemoCluster.Api.Control;

namespace Brokkr.DemoCluster.Demo;

/// <summary>The command line of <c>brokkr-demo run</c>.</summary>
internal sealed class DemoArguments
{
    public const string Usage = "./demo [--check] [--reset] [--objects DIR] [--scenarios DIR] [--age MINUTES] [--kubeconfig PATH]";

    /// <summary>Runs unattended, compares and ends.</summary>
    public bool Check { get; private set; }

    /// <summary>Deletes the data of former runs first.</summary>
    public bool Reset { get; private set; }

    public string Objects { get; private set; } = DemoClusterOptions.PackagedRecording;

    public string Scenarios { get; private set; } = PackagedScenarios;

    public double Age { get; private set; } = 10;

    /// <summary>A real cluster in place of the recorded one.</summary>
    public string? Kubeconfig { get; private set; }

    /// <summary>The broker's program, a dll.</summary>
    public string Broker { get; private set; } = "";

    /// <summary>The agent's program, a dll or an executable.</summary>
    public string Agent { get; private set; } = "";

    /// <summary>The command of operators, as the lines to try call it.</summary>
    public string Command { get; private set; } = "brokkr";

    /// <summary>The status that each packaged scenario must have.</summary>
    public static string Expectations => Path.Combine(AppContext.BaseDirectory, "fixtures", "expected.json");

    public static string PackagedScenarios => Path.Combine(AppContext.BaseDirectory, "fixtures", "scenarios");

    /// <exception cref="DemoException">An argument is wrong.</exception>
    public static DemoArguments Parse(IReadOnlyList<string> args)
    {
        var parsed = new DemoArguments();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--check":
                    parsed.Check = true;
                    break;
                case "--reset":
                    parsed.Reset = true;
                    break;
                case "--objects" or "--scenarios" or "--age" or "--kubeconfig" or "--broker" or "--agent" or "--command"
                    when i + 1 < args.Count:
                    parsed.Set(args[i], args[++i]);
                    break;
                default:
                    throw new DemoException($"{args[i]} is not understood, or its value is missing. Usage: {Usage}");
            }
        }

        return parsed;
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--objects":
                Objects = Existing(value, name);
                break;
            case "--scenarios":
                Scenarios = Existing(value, name);
                break;
            case "--kubeconfig":
                Kubeconfig = File.Exists(value) ? Path.GetFullPath(value) : throw new DemoException($"{name}: there is no file {value}.");
                break;
            case "--age":
                Age = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var age)
                    ? age
                    : throw new DemoException($"--age must be a number of minutes, not {value}.");
                break;
            case "--broker":
                Broker = value;
                break;
            case "--command":
                Command = value;
                break;
            default:
                Agent = value;
                break;
        }
    }

    private static string Existing(string directory, string name) =>
        Directory.Exists(directory) ? Path.GetFullPath(directory) : throw new DemoException($"{name}: there is no directory {directory}.");
}

/// <summary>The demo cannot go on; the message says why and what to do.</summary>
internal sealed class DemoException(string message) : Exception(message);
