using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Deployment;
using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Health;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Watching;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent;

/// <summary>Settings of the agent, from the section <c>[agent]</c>: the options of each feature.</summary>
internal sealed class AgentOptions : OptionsSection
{
    [SameSection]
    public ConnectionOptions Connection { get; set; } = new();

    [SameSection]
    public ClusterOptions Cluster { get; set; } = new();

    [SameSection]
    public ProbeOptions Probes { get; set; } = new();

    public DeploymentOptions Deployment { get; set; } = new();

    public HealthOptions Health { get; set; } = new();

    public DiagnosticOptions Diagnostics { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>What no single setting shows, a sentence for each flaw.</summary>
    internal IEnumerable<string> Flaws() =>
    [
        .. Connection.Flaws(), .. Cluster.Flaws(), .. Deployment.Flaws(),
        .. FlawOf(() => ProxyChoice.Of(Connection.BrokerProxy, "agent.broker_proxy")),
        .. FlawOf(() => ProxyChoice.Of(Cluster.ClusterProxy, "agent.cluster_proxy")),
        .. FlawOf(() => Health.ReadRules()),
    ];

    private static IEnumerable<string> FlawOf(Action use)
    {
        try
        {
            use();
            return [];
        }
        catch (ConfigurationException e)
        {
            return [e.Message];
        }
    }

    /// <summary>What the agent says of itself at its start.</summary>
    public AgentPurpose Purpose => new(Connection.AgentId, Connection.BrokerUrl, Deployment.Mode,
        Cluster.IsConfined ? $"the namespaces {string.Join(", ", Cluster.Namespaces)}" : "all namespaces");

    /// <summary>What has to be watched for all of them.</summary>
    public WatchScope Scope =>
        new(Cluster.Namespaces, TimeSpan.FromMinutes(Diagnostics.EventLookbackMinutes), Diagnostics.Enabled, Deployment.IsApply);
}
