using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Deployment;

/// <summary>Settings of deploying, from the section <c>[agent.deployment]</c>.</summary>
internal sealed class DeploymentOptions : OptionsSection
{
    /// <summary>
    /// <c>apply</c>: the agent applies the manifests; <c>observe</c>: something else deploys, the agent watches what the manifests name.
    /// </summary>
    [AllowedValues("apply", "observe")]
    public string Mode { get; set; } = "apply";

    /// <summary>
    /// Everything is applied again this often, in minutes, also what did not change as far as the agent sees; 0 never does.
    /// </summary>
    [Range(0, 10_080)]
    public int ReapplyMinutes { get; set; } = 360;

    /// <summary>
    /// A deletion that looks like a mistake (most of what is applied, or by a target state older than one before) is held back until an
    /// admin confirms it at the broker, or for so many minutes; 0 waits for the admin alone.
    /// </summary>
    [Range(0, 10_080)]
    public int MassDeleteMinutes { get; set; }

    /// <summary>
    /// The agent whose place this one takes in the same cluster, a UUID: what that one applied is this one's, with its lists. Empty
    /// for none.
    /// </summary>
    public string Predecessor { get; set; } = "";

    /// <summary>
    /// Where the agent keeps the lists of what it applied; empty takes the first of <c>agent.namespaces</c>, or the one of its credentials.
    /// </summary>
    public string InventoryNamespace { get; set; } = "";

    /// <summary>What no attribute checks, a sentence for each flaw.</summary>
    public IEnumerable<string> Flaws()
    {
        if (Predecessor.Length > 0 && !Guid.TryParseExact(Predecessor, "D", out _))
            yield return "agent.deployment.predecessor must be the UUID of the agent whose place this one takes, or empty.";
    }

    /// <summary>Whether the agent deploys.</summary>
    public bool IsApply => Mode == "apply";
}
