namespace Brokkr.Cli.Terminal;

/// <summary>What the command tells scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The call failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Something is not healthy, or differs.</summary>
    public const int Differs = 3;

    /// <summary>Nobody is signed in, or the key may not do this.</summary>
    public const int NotAllowed = 4;

    public const int NotFound = 5;

    /// <summary>The time that <c>--timeout</c> gives is over.</summary>
    public const int TimedOut = 124;

    /// <summary>By Ctrl-C.</summary>
    public const int Interrupted = 130;
}
