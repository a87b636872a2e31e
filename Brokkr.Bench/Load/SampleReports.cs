using System.Globalization;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Bench.Load;

/// <summary>Reports as the agent writes them of a Deployment of ten pods. Pure.</summary>
internal static class SampleReports
{
    private const int Pods = 10;

    /// <summary>One of these is in trouble at a time, and which one changes with every variant.</summary>
    private const int ObjectsPerTrouble = 10;

    /// <summary>What a deployment object is at; of two variants that follow each other nothing is the same but the name.</summary>
    public static Wire.DeploymentObjectReport Of(Guid id, int number, int variant)
    {
        var isTrouble = (number + variant) % ObjectsPerTrouble == 0;
        var ready = isTrouble ? variant % Pods : Pods;
        var name = string.Create(CultureInfo.InvariantCulture, $"app-{number}");
        var report = new Wire.DeploymentObjectReport
        {
            Id = id.ToString(),
            Status = isTrouble ? Word.Degraded : Word.Healthy,
            Summary = new()
            {
                PodsReady = ready,
                PodsTotal = Pods,
                Resources =
                {
                    new Wire.ResourceHealth
                    {
                        Kind = "Deployment", Name = name, Namespace = "bench", ApiVersion = "apps/v1", Ready = !isTrouble,
                        Status = isTrouble ? Wire.ResourceStatus.Types.Word.Degraded : Wire.ResourceStatus.Types.Word.Healthy,
                        Message =
                        string.Create(CultureInfo.InvariantCulture, $"{ready} of {Pods} replicas are available (generation {variant})."),
                    },
                },
            },
        };
        if (isTrouble)
        {
            report.Summary.Conditions.Add("CrashLoopBackOff");
            report.Summary.Findings.Add(new Wire.Finding
            {
                Condition = "CrashLoopBackOff",
                Severity = Word.Degraded,
                Kind = "Pod",
                Name = $"{name}-659dbfd8fc-00000",
                Namespace = "bench",
                Container = "web",
                ContainerType = "app",
                Message = "back-off 5m0s restarting failed container=web",
                Restarts = variant,
                ExitCode = 1,
            });
        }

        return report;
    }
}
