using System.Diagnostics;
using System.Text;

namespace Brokkr.Tests.Processes;

/// <summary>One of the project's programs as a process of its own, with what it said.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Projects = new()
    {
        ["brokkr-broker"] = "Brokkr.Broker",
        ["brokkr-agent"] = "Brokkr.Agent",
        ["brokkr"] = "Brokkr.Cli",
        ["brokkr-demo"] = "Brokkr.DemoCluster",
        ["brokkr-bench"] = "Brokkr.Bench",
    };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Of <c>env</c>: a shell that runs tests in the background has all that they start ignore SIGINT.</summary>
    public const string HearsInterrupts = "--default-signal=INT";

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private RunningProgram(Process process)
    {
        _process = process;
        _process.OutputDataReceived += Note;
        _process.ErrorDataReceived += Note;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Starts <c>brokkr-broker</c>, <c>brokkr-agent</c>, <c>brokkr-demo</c> or <c>brokkr-bench</c>.</summary>
    public static RunningProgram Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        string? directory = null)
    {
        var path = PathOf(program);
        string[] command = Path.GetExtension(path) == ".dll" ? ["dotnet", path] : [path];
        var start = new ProcessStartInfo("env", [HearsInterrupts, .. command, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>
    /// The program as it was built with the tests, in its own folder: beside the tests lie the libraries of the tests, which are not all of it.
    /// <c>./test --native</c> names the published agent instead.
    /// </summary>
    public static string PathOf(string program) => program == "brokkr-agent" && PublishedAgent is { } published ? published : BuiltPathOf(program);

    /// <summary>The agent as it was published; null where it was not.</summary>
    public static string? PublishedAgent => Environment.GetEnvironmentVariable("BROKKR_TEST_PUBLISHED_AGENT");

    public static string BuiltPathOf(string program) => Path.Combine(
        RepositoryRoot.Path, Projects[program], Path.GetRelativePath(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests"), AppContext.BaseDirectory),
        $"{program}.dll");

    /// <summary>Waits for the program to end, and answers its exit code.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: the program gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitCodeAsync();
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        // The end of a stream is told as a line that is none, and of either it comes at whichever time.
        if (line.Data is null)
            return;
        lock (_said)
            _said.AppendLine(line.Data);
    }
}
