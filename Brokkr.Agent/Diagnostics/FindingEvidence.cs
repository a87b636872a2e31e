namespace Brokkr.Agent.Diagnostics;

/// <summary>Points from a finding to the parts of the result that it is drawn from. Pure.</summary>
internal static class FindingEvidence
{
    public static void AddTo(Wire.DiagnosticFinding finding, Wire.SubmitResultRequest result)
    {
        var place = finding.Namespace.Length > 0 ? $"{finding.Namespace}/{finding.Name}" : finding.Name;
        if (finding.Kind == "Pod" && result.PodStatuses
            .FirstOrDefault(p => p.Name == finding.Name && p.Namespace == finding.Namespace) is { } pod)
            AddPod(finding, pod, result);
        else if (result.Workloads.Any(w => w.Kind == finding.Kind && w.Name == finding.Name && w.Namespace == finding.Namespace))
            finding.Evidence.Add($"workloads {finding.Kind} {place}");
        else if (finding.Kind == "PersistentVolumeClaim"
            && result.Claims.Any(c => c.Name == finding.Name && c.Namespace == finding.Namespace))
            finding.Evidence.Add($"claims {place}");
        else
            finding.Evidence.Add($"manifest {finding.Kind} {place}");

        if (finding.Kind == "Job" && result.PodStatuses
            .FirstOrDefault(p => p.ControlledBy == $"Job/{finding.Name}" && p.Namespace == finding.Namespace) is { } last)
            AddEndOf(finding, last, result);
        if (finding.Code == FindingCode.PodsRefused.Word && result.Quotas.Any(q => q.Namespace == finding.Namespace))
            finding.Evidence.Add($"quotas {finding.Namespace}");
        finding.Evidence.AddRange(result.Events
            .Where(e => e.Type == "Warning" && e.Kind == finding.Kind && e.Name == finding.Name && e.Namespace == finding.Namespace)
            .Select(e => $"events {e.Reason}").Distinct().Order(StringComparer.Ordinal));
    }

    private static void AddPod(Wire.DiagnosticFinding finding, Wire.PodStatus pod, Wire.SubmitResultRequest result)
    {
        finding.Evidence.Add($"pod_statuses {pod.Namespace}/{pod.Name}");
        if (finding.Code == FindingCode.NodeLost.Word && result.Nodes.Any(n => n.Name == pod.NodeName))
            finding.Evidence.Add($"nodes {pod.NodeName}");
        AddLogs(finding, pod, finding.Container, result);
    }

    /// <summary>A Job says that it failed; how, its pods say.</summary>
    private static void AddEndOf(Wire.DiagnosticFinding finding, Wire.PodStatus pod, Wire.SubmitResultRequest result)
    {
        finding.Evidence.Add($"pod_statuses {pod.Namespace}/{pod.Name}");
        if (pod.ContainerStatuses.FirstOrDefault(c => c is { HasExitCode: true, ExitCode: not 0 }) is not { } ended)
            return;
        (finding.Container, finding.ExitCode) = (ended.Name, ended.ExitCode);
        if (ended.HasSignal)
            finding.Signal = ended.Signal;
        AddLogs(finding, pod, ended.Name, result);
    }

    private static void AddLogs(Wire.DiagnosticFinding finding, Wire.PodStatus pod, string container, Wire.SubmitResultRequest result)
    {
        if (container.Length == 0)
            return;
        string[] keys = [$"{pod.Name}/{container}", $"{pod.Namespace}/{pod.Name}/{container}"];
        finding.Evidence.AddRange(keys.Where(k => result.PreviousLogTails.TryGetValue(k, out var lines) && lines.Values.Count > 0)
            .Select(k => $"previous_log_tails {k}"));
        finding.Evidence.AddRange(keys.Where(k => result.LogTails.TryGetValue(k, out var lines) && lines.Values.Count > 0)
            .Select(k => $"log_tails {k}"));
    }
}
