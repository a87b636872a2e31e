using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>One deployment object that this agent is responsible for.</summary>
/// <param name="Id">Its identifier at the broker, another one for each revision.</param>
/// <param name="Name">Its name within its stack.</param>
/// <param name="SubmittedAt">When this revision was submitted.</param>
/// <param name="Resources">The objects its manifests name.</param>
internal sealed record DeploymentTarget(Guid Id, string Name, DateTimeOffset SubmittedAt, IReadOnlyList<ManifestObject> Resources)
{
    public Guid StackId { get; init; }

    public string StackName { get; init; } = "";
}
