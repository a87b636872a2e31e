using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;

namespace Brokkr.Agent.Evaluate;

/// <summary>Says what a dump lacks, and what that hides. Pure.</summary>
internal static class MissingInput
{
    public static IEnumerable<string> NotesOn(IReadOnlyCollection<KubeObject> objects, KindTable kinds)
    {
        if (objects.Count == 0)
            yield break;
        if (objects.All(o => o.Metadata.ManagedFields.Count == 0))
            yield return "note: no managedFields in the input (kubectl leaves them out without --show-managed-fields): when something was "
                + "last written is not known, so that what is late by it shows no deadline, or counts from the creation.";
        if (objects.Any(o => kinds.For(o.Id).BearsPods) && !objects.Any(o => o is Pod))
            yield return "note: no pods in the input: crashes, images that cannot be pulled and pods that are missing are not seen.";
        if (!objects.Any(o => o is KubeEvent))
            yield return "note: no events in the input: why pods are not created, volumes not mounted and probes not passed is not seen.";
    }
}
