using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Fleet;

/// <summary>Settings of what is deployed, from the section <c>[broker.fleet]</c>.</summary>
internal sealed class FleetOptions : OptionsSection
{
    /// <summary>How many superseded revisions of a deployment object keep their manifests, the newest ones.</summary>
    [Range(1, 1_000)]
    public int RevisionsKept { get; set; } = 20;
}
