namespace Brokkr.Agent.Health.Findings;

/// <summary>What a container of a pod is for.</summary>
internal enum ContainerType
{
    App,
    Init,

    /// <summary>An init container that is restarted for ever, beside the app containers.</summary>
    Sidecar,
}
