using System.Globalization;

namespace Brokkr.Broker.Ui.Fleet;

/// <summary>What the page of the fleet shows.</summary>
/// <param name="Counts">How many deployment objects there are of each status, worst first.</param>
/// <param name="Clusters">How many clusters there are.</param>
/// <param name="SilentClusters">How many of them are not heard.</param>
public sealed record FleetView(IReadOnlyList<StatusCount> Counts, int Clusters, int SilentClusters)
{
    /// <summary>How much of the fleet is heard, in a sentence.</summary>
    public string Heard => string.Create(CultureInfo.InvariantCulture, $"{Clusters - SilentClusters:N0} of {Clusters:N0} clusters heard.");
}

/// <summary>How many deployment objects have a status.</summary>
public sealed record StatusCount(string Status, int Objects);
