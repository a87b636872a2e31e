
namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>A pod.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="Status">How its phase and its containers look, as a status.</param>
/// <param name="Word">The phase, or the reason that says more.</param>
/// <param name="Ready">How many containers are ready, as in <c>1/2</c>; init containers that have ended do not count.</param>
/// <param name="Restarts">How often its containers were restarted.</param>
/// <param name="Containers">Its containers.</param>
/// <param name="Source">The pod itself.</param>
public sealed record PodView(string Anchor, string Status, string Word, string Ready, int Restarts, IReadOnlyList<ContainerView> Containers,
    Wire.PodStatus Source)
{
    /// <summary>Pure.</summary>
    public static PodView Of(Wire.PodStatus pod, Wire.DiagnosticResult result)
    {
        var containers = pod.ContainerStatuses.Select(c => ContainerView.Of(c, pod, result)).ToList();
        var counted = pod.ContainerStatuses.Where(c => c.ContainerType != "init").ToList();
        var worst = containers.Select(c => c.Status).FirstOrDefault(s => s == "failing")
            ?? containers.Select(c => c.Status).FirstOrDefault(s => s is "degraded" or "unknown");
        var status = pod.Phase switch
        {
            "Failed" => "failing",
            "Succeeded" => "healthy",
            "Running" or "Pending" => worst ?? (pod.Phase == "Running" ? "healthy" : "degraded"),
            _ => "unknown",
        };
        var word = pod.DeletedAt is not null ? "Terminating"
            : pod.Reason.Length > 0 ? pod.Reason
            : pod.ContainerStatuses.FirstOrDefault(c => c.State == "waiting"
            && c.Reason is not ("" or "ContainerCreating" or "PodInitializing"))?.Reason ?? (pod.Phase.Length > 0 ? pod.Phase : "Unknown");
        return new(
            Parts.Anchor.Of("pod", pod.Namespace, pod.Name), status, word, $"{counted.Count(c => c.Ready)}/{counted.Count}",
            pod.ContainerStatuses.Sum(c => c.RestartCount), containers, pod);
    }

    /// <summary>The conditions that are not as they should be.</summary>
    public IEnumerable<Wire.PodCondition> Unmet => Source.Conditions.Where(c => c.Status != "True");
}

/// <summary>A container of a pod.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="Status">How it looks, as a status.</param>
/// <param name="State">Its state in a few words, as in <c>waiting: CrashLoopBackOff</c>.</param>
/// <param name="Last">How the run before ended, in a few words; empty where there was none.</param>
/// <param name="Image">The image as the manifest names it.</param>
/// <param name="Digest">The digest that was pulled, without the name; empty before.</param>
/// <param name="Logs">Its logs, the run before first.</param>
/// <param name="Source">The container itself.</param>
public sealed record ContainerView(
    string Anchor, string Status, string State, string Last, string Image, string Digest, IReadOnlyList<LogView> Logs,
    Wire.ContainerStatus Source)
{
    /// <summary>Pure.</summary>
    public static ContainerView Of(Wire.ContainerStatus container, Wire.PodStatus pod, Wire.DiagnosticResult result)
    {
        var status = container switch
        {
            { State: "running", Ready: true } => "healthy",
            { State: "running", ContainerType: "init" } => "rolling_out",
            { State: "running" } => "degraded",
            { State: "terminated", HasExitCode: true, ExitCode: 0 } => "healthy",
            { State: "terminated" } => "failing",
            { State: "waiting", Reason: "" or "ContainerCreating" or "PodInitializing" } => "unknown",
            { State: "waiting" } => "failing",
            _ => "unknown",
        };
        return new(
            Parts.Anchor.Of("container", pod.Namespace, pod.Name, container.Name), status,
            Said(container.State, container.Reason, container.HasExitCode
            ? container.ExitCode
            : null, container.HasSignal ? container.Signal : null),
            container.LastState is { } last
            ? Said(last.State, last.Reason, last.HasExitCode ? last.ExitCode : null, last.HasSignal ? last.Signal : null)
            : "",
            container.Image, container.ImageId.LastIndexOf('@') is var at and >= 0 ? container.ImageId[(at + 1)..] : container.ImageId,
            LogView.Of(container.Name, pod, result), container);
    }

    /// <summary>Each probe in one line, as in <c>readiness: http://:8080/healthz every 10 s, 3 failures</c>.</summary>
    public IEnumerable<string> Probes => Source.Probes.Select(p =>
        $"{p.Type}: {(p.Target.Length > 0 ? p.Target : p.Kind)} every {p.PeriodSeconds} s, {p.TimeoutSeconds} s to answer, "
            + $"{p.FailureThreshold} failures count");

    private static string Said(string state, string reason, int? exitCode, int? signal) =>
        (state.Length > 0 ? state : "no state yet") + (reason.Length > 0 ? $": {reason}" : "")
            + (exitCode is { } code ? $", exit code {code}" : "") + (signal is { } number ? $", signal {number}" : "");
}

/// <summary>A log, or what there is of it.</summary>
/// <param name="Anchor">Its identifier on the page; those of its lines begin with it.</param>
/// <param name="Container">Of which container.</param>
/// <param name="IsPrevious">Whether it is of the run before.</param>
/// <param name="Lines">Its lines, oldest first.</param>
/// <param name="Evidence">How findings point to it.</param>
public sealed record LogView(string Anchor, string Container, bool IsPrevious, IReadOnlyList<string> Lines, string Evidence)
{
    /// <summary>The logs of a container. Pure.</summary>
    public static IReadOnlyList<LogView> Of(string container, Wire.PodStatus pod, Wire.DiagnosticResult result)
    {
        // Where two namespaces have a pod of one name, the namespace stands before it.
        string[] keys = [$"{pod.Namespace}/{pod.Name}/{container}", $"{pod.Name}/{container}"];
        return
        [
            .. keys.Where(result.PreviousLogTails.ContainsKey).Take(1)
            .Select(k => Read("previous", k, result.PreviousLogTails[k], isPrevious: true)),
            .. keys.Where(result.LogTails.ContainsKey).Take(1).Select(k => Read("log", k, result.LogTails[k], isPrevious: false)),
        ];

        LogView Read(string word, string key, Google.Protobuf.WellKnownTypes.ListValue lines, bool isPrevious) => new(
            Parts.Anchor.Of(word, pod.Namespace, pod.Name, container), container, isPrevious, [.. lines.Values.Select(v => v.StringValue)],
            $"{(isPrevious ? "previous_log_tails" : "log_tails")} {key}");
    }
}
