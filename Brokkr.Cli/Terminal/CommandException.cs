namespace Brokkr.Cli.Terminal;

/// <summary>The command cannot go on: why, and what to do next.</summary>
internal sealed class CommandException(int exitCode, string message, string next = "", bool mayPass = false) : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>What to do; empty where the message says it.</summary>
    public string Next => next;

    /// <summary>Whether the same may go well a moment later, since nobody answered or somebody had too much to do.</summary>
    public bool MayPass => mayPass;
}
