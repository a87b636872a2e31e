using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Which cluster the agent is in, and what of it is its own, from the section <c>[agent]</c>.</summary>
internal sealed class ClusterOptions : OptionsSection
{
    /// <summary>Path of a kubeconfig; empty looks at $KUBECONFIG, ~/.kube/config and the pod's service account.</summary>
    public string Kubeconfig { get; set; } = "";

    /// <summary>The namespaces to watch; empty watches all.</summary>
    public List<string> Namespaces { get; set; } = [];

    /// <summary>Whether the agent watches namespaces only.</summary>
    public bool IsConfined => Namespaces.Count > 0;
}
