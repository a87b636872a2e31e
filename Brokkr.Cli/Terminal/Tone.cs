using Spectre.Console;

namespace Brokkr.Cli.Terminal;

/// <summary>How a text is to look where there are colours.</summary>
internal enum Tone
{
    Plain,
    Dim,
    Bold,
    Failing,
    Degraded,
    Unknown,
    Healthy,
}

/// <summary>The tones by word and as the terminal's own colours. Pure.</summary>
internal static class Tones
{
    /// <summary>The tone of a status or a state; plain for other words.</summary>
    public static Tone Of(string word) => word switch
    {
        "failing" or "failed" or "revoked" => Tone.Failing,
        "degraded" or "silent" or "expired" or "cancelled" => Tone.Degraded,
        "unknown" or "never" or "pending" or "claimed" => Tone.Unknown,
        "healthy" or "reporting" or "completed" or "active" => Tone.Healthy,
        _ => Tone.Plain,
    };

    public static Style Style(Tone tone) => tone switch
    {
        Tone.Dim => new(decoration: Decoration.Dim),
        Tone.Bold => new(decoration: Decoration.Bold),
        Tone.Failing => new(Color.Red),
        Tone.Degraded => new(Color.Yellow),
        Tone.Unknown => new(Color.Fuchsia),
        Tone.Healthy => new(Color.Green),
        _ => Spectre.Console.Style.Plain,
    };
}
