using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Brokkr.Broker.Storage;

/// <summary>
/// The process of an embedded PostgreSQL: one that was started here, or one that a killed broker left behind. Started as root it runs as
/// the user <c>postgres</c>.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    public const string User = "postgres";

    private const int MaxSaid = 4096;

    /// <summary>
    /// How far the start of a process that the system tells may lie from the one that the server wrote down: clocks are set while it runs.
    /// </summary>
    private static readonly TimeSpan StartTolerance = TimeSpan.FromMinutes(1);

    /// <summary>How long a server that is told to stop is not told again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private ServerProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote before it turned to its log.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>
    /// The server that runs on this data, whoever started it; null where there is none. PostgreSQL writes process, directory and start into
    /// a file that outlives a kill: the number may be another process's by now, and that may be another PostgreSQL.
    /// </summary>
    /// <param name="pidFile">That file, in the directory of the data.</param>
    public static ServerProcess? FindOn(string pidFile)
    {
        try
        {
            var lines = File.ReadLines(pidFile).Take(3).ToArray();
            var started = DateTimeOffset.FromUnixTimeSeconds(long.Parse(lines[2], CultureInfo.InvariantCulture));
            var process = Process.GetProcessById(int.Parse(lines[0], CultureInfo.InvariantCulture));
            var isIt = process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)
                && new FileInfo($"/proc/{process.Id}/cwd").LinkTarget == Path.GetDirectoryName(RealPath(pidFile))
                && (process.StartTime.ToUniversalTime() - started.UtcDateTime).Duration() < StartTolerance;
            if (isIt)
                return new(process);
            process.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException
            or InvalidOperationException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>
    /// Takes the file away where its number is that of a process elsewhere by now: PostgreSQL does not start as long as any process of
    /// its user has the number, whatever that is. One that works in the directory of the data is PostgreSQL's own to judge.
    /// </summary>
    /// <param name="pidFile">The file of <see cref="FindOn"/>.</param>
    public static void DropStale(string pidFile)
    {
        try
        {
            var number = int.Parse(File.ReadLines(pidFile).First(), CultureInfo.InvariantCulture);
            if (new FileInfo($"/proc/{number}/cwd").LinkTarget is { } at && at != Path.GetDirectoryName(RealPath(pidFile)))
                File.Delete(pidFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException
            or OverflowException)
        {
            // There is none, or nobody can tell: PostgreSQL says what it thinks of that.
        }
    }

    public static ServerProcess Start(string binaries, IEnumerable<string> arguments)
    {
        var server = new ServerProcess(StartProgram(binaries, "postgres", arguments));
        server._process.OutputDataReceived += server.Note;
        server._process.ErrorDataReceived += server.Note;
        server._process.BeginErrorReadLine();
        server._process.BeginOutputReadLine();
        return server;
    }

    /// <summary>Runs a program of PostgreSQL to its end, as the server's user.</summary>
    /// <exception cref="EmbeddedPostgresException">It failed; says what it said.</exception>
    public static async Task RunAsync(string binaries, string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = StartProgram(binaries, program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new EmbeddedPostgresException($"{program} failed: {errors}{await output}");
    }

    /// <summary>Gives a directory to the server's user.</summary>
    public static void Own(string directory)
    {
        using var chown = Process.Start("chown", [User, directory]);
        chown.WaitForExit();
        if (chown.ExitCode != 0)
            throw new EmbeddedPostgresException($"There is no user {User}, as whom the server is to run: install PostgreSQL's "
                + "package, or start the broker unprivileged.");
    }

    public Task ExitAsync(CancellationToken ct) => _process.WaitForExitAsync(ct);

    /// <summary>
    /// SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, the data is written. Said again until it is heard: a server
    /// that only begins does not listen yet, where whoever started the broker made its programs ignore the signal. Once heard it changes
    /// nothing any more.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        while (!_process.HasExited && !ct.IsCancellationRequested)
        {
            using var interrupt = Process.Start("kill", ["-INT", $"{_process.Id}"]);
            await interrupt.WaitForExitAsync(CancellationToken.None);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Again);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The path of a file without links in it, as the system tells other processes' paths.</summary>
    private static string? RealPath(string path)
    {
        using var file = File.OpenHandle(path);
        return new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget;
    }

    private static Process StartProgram(string binaries, string program, IEnumerable<string> arguments)
    {
        string[] asUser = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--init-groups", "--reset-env", "--"]
            : [];
        string[] line = [.. asUser, Path.Combine(binaries, program), .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        }) ?? throw new EmbeddedPostgresException($"{program} cannot be started.");
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            if (_said.Length < MaxSaid)
                _said.AppendLine(line.Data);
        }
    }
}
