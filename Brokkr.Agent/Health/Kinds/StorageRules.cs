using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges volumes and their attachment to nodes, where manifests name them. Pure.</summary>
internal static class StorageRules
{
    /// <summary>When a volume of a class is made: at once, or for the first pod.</summary>
    public const string BindingMode = "volumeBindingMode";

    public static readonly IReadOnlyList<string> ClassFields = [BindingMode];
    public static readonly IReadOnlyList<string> VolumeFields = ["status.phase", "status.message"];
    public static readonly IReadOnlyList<string> AttachmentFields = ["spec.nodeName", "status.attached", "status.attachError.message"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Verdict OfClass(ProjectedObject storageClass, ResourceCase resource, RuleContext context) =>
        new($"It exists; its binding mode is {storageClass.Text(BindingMode) ?? "Immediate"}.", []);

    public static Verdict OfVolume(ProjectedObject volume, ResourceCase resource, RuleContext context)
    {
        var phase = volume.Text("status.phase") ?? "not set yet";
        if (phase != "Failed")
            return new($"Its phase is {phase}.", []);
        var message = volume.Text("status.message") ?? "It has failed.";
        return new(message, [new("VolumeFailed", Severity.Degraded, volume.Id) { Since = Starts.OfStatus(volume), Message = message }]);
    }

    public static Verdict OfAttachment(ProjectedObject attachment, ResourceCase resource, RuleContext context)
    {
        if (attachment.IsSet("status.attached"))
            return new($"Attached to {attachment.Text("spec.nodeName")}", []);
        if (attachment.Text("status.attachError.message") is not { } message)
            return new("Not attached yet", [ResourceFinding.Progressing(attachment, "It is not attached yet.")]);
        return new(message,
        [
            new("AttachError", Severity.Pending, attachment.Id)
            {
                Since = attachment.Metadata.CreationTimestamp,
                After = Patience,
                Message = message,
            },
        ]);
    }
}
