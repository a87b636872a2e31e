using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Ui.Shell;

/// <summary>Settings of the console, from the section <c>[broker.console]</c>.</summary>
internal sealed class ConsoleOptions : OptionsSection
{
    /// <summary>Serves the console below <c>/ui</c>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Attempts to sign in that one address may make per minute, right or wrong.</summary>
    [Range(1, 10_000)]
    public int SignInsPerMinute { get; set; } = 10;
}
