using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brokkr.Cli.Terminal;

/// <summary>What a command finds around itself: streams, the terminal if there is one, environment and clock.</summary>
internal sealed record Surroundings
{
    /// <summary>Where a pipe has no width of its own.</summary>
    private const int DefaultWidth = 80;

    /// <summary>Data.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress and errors.</summary>
    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>Data that is no text.</summary>
    public required Stream RawOut { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    /// <summary>Columns and rows of the terminal.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => (DefaultWidth, 24);

    /// <summary>Whether a key was pressed that nobody has read.</summary>
    public Func<bool> KeyAvailable { get; init; } = () => false;

    /// <summary>Waits for a key, and does not show it.</summary>
    public Func<ConsoleKeyInfo> ReadKey { get; init; } = () => default;

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What the environment says; null where it says nothing.</summary>
    public string? Variable(string name) => Environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public static Surroundings OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var raw = Output();
        return new()
        {
            Out = new StreamWriter(raw, utf8) { AutoFlush = true },
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            // Not the console's own, which would set the terminal up for what few commands need.
            In = new StreamReader(Console.OpenStandardInput(), utf8),
            RawOut = raw,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InIsTerminal = !Console.IsInputRedirected,
            Size = SizeOfTerminal,
            KeyAvailable = () => Console.KeyAvailable,
            ReadKey = () => Console.ReadKey(intercept: true),
            Environment = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
                .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal),
        };
    }

    /// <summary>The console's own stream takes no notice of a reader of a pipe that is gone, and would be written to for ever.</summary>
    private static Stream Output()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // Where others write to the same file, too, all share one place in it.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }

    private static (int Width, int Height) SizeOfTerminal()
    {
        try
        {
            return (Positive(Console.WindowWidth, DefaultWidth), Positive(Console.WindowHeight, 24));
        }
        catch (IOException)
        {
            return (DefaultWidth, 24);
        }

        static int Positive(int value, int otherwise) => value > 0 ? value : otherwise;
    }
}
