using System.Text.RegularExpressions;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Which cluster the agent is in, and what of it is its own, from the section <c>[agent]</c>.</summary>
internal sealed partial class ClusterOptions : OptionsSection
{
    /// <summary>Path of a kubeconfig; empty looks at $KUBECONFIG, ~/.kube/config and the pod's service account.</summary>
    public string Kubeconfig { get; set; } = "";

    /// <summary>
    /// The proxy to the API server, as in <c>http://proxy:3128</c>, or <c>direct</c>; empty takes the kubeconfig's, then the environment's.
    /// </summary>
    public string ClusterProxy { get; set; } = "";

    /// <summary>The namespaces to watch; empty watches all.</summary>
    public List<string> Namespaces { get; set; } = [];

    /// <summary>Whether the agent watches namespaces only.</summary>
    public bool IsConfined => Namespaces.Count > 0;

    /// <summary>What no single setting shows, a sentence for each flaw.</summary>
    public IEnumerable<string> Flaws() => Namespaces.Where(n => !NamespaceName().IsMatch(n)).Select(n =>
        $"agent.namespaces has \"{n}\": a namespace is 1 to 63 lower-case letters, digits and dashes, such as shop.");

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z")]
    private static partial Regex NamespaceName();
}
