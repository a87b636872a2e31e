using System.Globalization;
using Brokkr.DemoCluster.Api.Control;

namespace Brokkr.DemoCluster.Api;

/// <summary>The command line of <c>brokkr-demo serve</c>.</summary>
internal sealed class ServeArguments
{
    public const string Usage = "brokkr-demo serve [--objects DIR] [--age MINUTES] [--port N] [--token TOKEN] [--kubeconfig FILE]";

    public DemoClusterOptions Options { get; } = new() { KeepsSchedules = true };

    public string? Kubeconfig { get; private set; }

    /// <summary>Pure. A wrong argument gives a sentence that says which and what it may be.</summary>
    public static (ServeArguments? Arguments, string? Problem) Parse(IReadOnlyList<string> args)
    {
        var parsed = new ServeArguments();
        for (var i = 0; i < args.Count; i += 2)
        {
            if (parsed.Set(args[i], i + 1 < args.Count ? args[i + 1] : null) is { } problem)
                return (null, problem);
        }
        return (parsed, null);
    }

    private string? Set(string name, string? value)
    {
        switch (name)
        {
            case "--objects" or "--age" or "--port" or "--token" or "--kubeconfig" when string.IsNullOrEmpty(value):
                return $"{name} needs a value.";
            case "--objects":
                Options.ObjectsDirectory = value!;
                return null;
            case "--age" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var age)
                && Math.Abs(age) <= 10_000_000:
                Options.AgeMinutes = age;
                return null;
            case "--age":
                return $"--age {value} is not a number of minutes; it may be negative, but not beyond 10000000.";
            case "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port):
                Options.Port = port;
                return null;
            case "--port":
                return $"--port {value} is not a port from 0 (any free one) to 65535.";
            case "--token" when value!.All(c => c is > ' ' and < '\u007f' and not ('"' or '\\')):
                Options.Token = value;
                return null;
            case "--token":
                return "--token must be printable ASCII without spaces, quotes and backslashes.";
            case "--kubeconfig":
                Kubeconfig = value;
                return null;
            default:
                return $"{name} is not an option of serve.";
        }
    }
}
