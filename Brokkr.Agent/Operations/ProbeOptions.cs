using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Operations;

/// <summary>Where the agent tells of itself, from the section <c>[agent]</c>.</summary>
internal sealed class ProbeOptions : OptionsSection
{
    /// <summary>The port of /healthz, /readyz and /metrics, on all addresses; 0 serves none of them.</summary>
    [Range(0, 65535)]
    public int HealthPort { get; set; } = 9091;
}
