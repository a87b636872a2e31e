using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Cli;

/// <summary>A shell on a terminal of its own, which a test types into and reads.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly Task _reading;
    private int _read;

    private PseudoTerminal(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Runs a line of bash on a terminal of so many columns and rows.</summary>
    public static PseudoTerminal Start(string line, IReadOnlyDictionary<string, string> environment, int width = 80, int height = 24)
    {
        var start = new ProcessStartInfo("env",
        [
            RunningProgram.HearsInterrupts, "script", "--quiet", "--flush", "--return", "--command",
            $"stty cols {width} rows {height}; {line}", "/dev/null",
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/bash";
        return new(Process.Start(start)!);
    }

    /// <summary>Everything that the terminal was sent.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public void Type(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits until there is something behind what was waited for before.</summary>
    public async Task<Match> SaysAsync(string pattern)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var output = Output;
            if (Regex.Match(output[_read..], pattern, RegexOptions.Singleline) is { Success: true } match)
            {
                _read += match.Index + match.Length;
                return match;
            }

            if (_reading.IsCompleted)
                throw new InvalidOperationException($"It ended without {pattern}: {output[_read..]}");
            try
            {
                await _more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"It does not say {pattern}: {output[_read..]}");
            }
        }
    }

    /// <summary>Waits for the end, and answers the exit code.</summary>
    public async Task<int> EndsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
        _more.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            lock (_output)
                _output.Append(buffer, 0, count);
            _more.Release();
        }

        _more.Release();
    }
}
