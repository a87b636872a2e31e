using System.Text.Json;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Adds to a result what was read for it alone. Pure.</summary>
internal static class DetailTranslation
{
    public static void AddTo(this PodDetail detail, Wire.PodStatus pod)
    {
        pod.QosClass = detail.Status.QosClass ?? "";
        foreach (var container in detail.Spec.InitContainers.Concat(detail.Spec.Containers))
        {
            if (pod.ContainerStatuses.FirstOrDefault(c => c.Name == container.Name) is not { } row)
                continue;
            row.Requests.Add(container.Resources.Requests);
            row.Limits.Add(container.Resources.Limits);
            AddProbe(row, "startup", container.StartupProbe);
            AddProbe(row, "readiness", container.ReadinessProbe);
            AddProbe(row, "liveness", container.LivenessProbe);
        }
    }

    public static Wire.ClaimStatus ToWire(this ClaimDetail claim, string ns) => new()
    {
        Name = claim.Metadata.Name,
        Namespace = ns,
        Phase = claim.Status.Phase ?? "",
        StorageClass = claim.Spec.StorageClassName ?? "",
        VolumeName = claim.Spec.VolumeName ?? "",
        Requested = claim.Spec.Resources.Requests.GetValueOrDefault("storage") ?? "",
        AccessModes = { claim.Spec.AccessModes },
    };

    public static Wire.QuotaStatus ToWire(this QuotaDetail quota, string ns) => new()
    {
        Name = quota.Metadata.Name,
        Namespace = ns,
        Hard = { quota.Status.Hard },
        Used = { quota.Status.Used },
    };

    private static void AddProbe(Wire.ContainerStatus row, string type, ProbeDetail? probe)
    {
        if (probe is null)
            return;
        var (kind, target) = TargetOf(probe);
        row.Probes.Add(new Wire.ContainerProbe
        {
            Type = type,
            Kind = kind,
            Target = target,
            InitialDelaySeconds = probe.InitialDelaySeconds,
            PeriodSeconds = probe.PeriodSeconds,
            TimeoutSeconds = probe.TimeoutSeconds,
            SuccessThreshold = probe.SuccessThreshold,
            FailureThreshold = probe.FailureThreshold,
        });
    }

    private static (string Kind, string Target) TargetOf(ProbeDetail probe) => probe switch
    {
        { HttpGet: { } http } =>
            ("http", $"{(http.Scheme == "HTTPS" ? "https" : "http")}://{http.Host}:{PortOf(http.Port)}{http.Path ?? "/"}"),
        { TcpSocket: { } tcp } => ("tcp", $"{tcp.Host}:{PortOf(tcp.Port)}"),
        { Grpc: { } grpc } => ("grpc", $":{PortOf(grpc.Port)}{(grpc.Service is { Length: > 0 } service ? $"/{service}" : "")}"),
        // Arguments may hold passwords in forms that nothing recognises, as in -phunter2.
        { Exec: { } exec } => ("exec", exec.Command.FirstOrDefault() ?? ""),
        _ => ("", ""),
    };

    private static string PortOf(JsonElement port) => port.ValueKind is JsonValueKind.String or JsonValueKind.Number ? port.ToString() : "";
}
