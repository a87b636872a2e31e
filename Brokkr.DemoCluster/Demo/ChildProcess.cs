using System.Diagnostics;

namespace Brokkr.DemoCluster.Demo;

/// <summary>A program that the demo started, with its log in a file.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int ShownLines = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly string _name;
    private readonly string _log;

    private ChildProcess(Process process, string name, string log) => (_process, _name, _log) = (process, name, log);

    public static ChildProcess Start(string name, string program, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var log = Path.Combine(directory, "logs", $"{name}.log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.Delete(log);
        // The shell only opens the log and becomes the program.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", log, "dotnet", program]);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new(Process.Start(start) ?? throw new DemoException($"The {name} cannot be started."), name, log);
    }

    /// <exception cref="DemoException">The program ended; shows the last lines of its log.</exception>
    public void RequireRunning()
    {
        if (_process.HasExited)
            throw new DemoException($"The {_name} ended ({_process.ExitCode}). Its log {_log} ends with:\n{string.Join('\n', File.ReadLines(_log).TakeLast(ShownLines))}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
