namespace Brokkr.Cli.Terminal;

/// <summary>The command cannot go on: why, and what to do next.</summary>
internal sealed class CommandException(int exitCode, string message, string next = "") : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>What to do; empty where the message says it.</summary>
    public string Next => next;
}
