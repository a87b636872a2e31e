using System.Diagnostics;
using System.Globalization;

namespace Brokkr.DemoCluster.Demo;

/// <summary>A program that this one started, with its log in a file. It ends with its parent, however that ends.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int ShownLines = 8;

    /// <summary>
    /// A shell holds the program and the read end of a pipe. The pipe ends when the parent closes it, or is killed: then the shell
    /// terminates the program. Without the shell a killed parent would leave its broker and agent behind. The first line says the program's
    /// process.
    /// </summary>
    private const string Holder = """
        exec 3<&0
        "$@" >>"$0" 2>&1 </dev/null 3<&- & child=$!
        echo $child
        trap 'kill -TERM $child 2>/dev/null' TERM INT
        { read -r _ <&3; kill -TERM $child 2>/dev/null; } & watch=$!
        while :; do wait $child; code=$?; kill -0 $child 2>/dev/null || break; done
        kill $watch 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly string _name;
    private readonly string _log;

    private ChildProcess(Process process, string name, string log)
    {
        (_process, _name, _log) = (process, name, log);
        Id = int.Parse(process.StandardOutput.ReadLine()
            ?? throw new DemoException($"The {name} cannot be started."), CultureInfo.InvariantCulture);
    }

    /// <summary>The program's process.</summary>
    public int Id { get; }

    /// <param name="name">What it is called in messages; its log is named after it.</param>
    /// <param name="command">The program, a dll or an executable file, and its arguments.</param>
    /// <param name="directory">Where its log lies, in <c>logs</c>.</param>
    /// <param name="environment">What it finds in its environment besides what is there.</param>
    public static ChildProcess Start(string name, IReadOnlyList<string> command, string directory,
        IReadOnlyDictionary<string, string> environment)
    {
        IEnumerable<string> line = command[0].EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", .. command] : command;
        var log = Path.Combine(directory, "logs", $"{name}.log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.Delete(log);
        var start =
            new ProcessStartInfo("/bin/sh", ["-c", Holder, log, .. line]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new(Process.Start(start) ?? throw new DemoException($"The {name} cannot be started."), name, log);
    }

    /// <exception cref="DemoException">The program ended; shows the last lines of its log.</exception>
    public void RequireRunning()
    {
        if (_process.HasExited)
            throw new DemoException($"The {_name} ended ({_process.ExitCode}). Its log {_log} ends "
                + $"with:\n{string.Join('\n', File.ReadLines(_log).TakeLast(ShownLines))}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
