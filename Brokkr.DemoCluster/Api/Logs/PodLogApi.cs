using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Logs;

/// <summary>Answers requests for the logs of pods, refusals included.</summary>
internal sealed class PodLogApi(ObjectStore store, LogStore logs)
{
    public Task GetAsync(ApiCall call)
    {
        if (store.Find(call.Kind, call.Key) is not { } pod)
            return call.Http.AnswerAsync(KubeStatus.NotFound(call.Kind, call.Path.Name!));
        var (options, refusal) = LogOptions.Parse(call.Query, pod.Name);
        if (options is null)
            return call.Http.AnswerAsync(refusal!);
        var (container, unclear) = ContainerLog.Choose(pod.Value, options.Container);
        return container is null ? call.Http.AnswerAsync(unclear!) : AnswerAsync(call, pod, options with { Container = container });
    }

    private Task AnswerAsync(ApiCall call, StoredObject pod, LogOptions options)
    {
        var found = logs.Find(call.Path.Namespace!, pod.Name, options.Container, options.Previous);
        if (found is null && !ContainerLog.IsScheduled(pod.Value))
        {
            call.Http.Begin(204, null);
            return Task.CompletedTask;
        }
        if (found is null && logs.FindRefusal(pod.Name, options.Container, options.Previous) is { } recorded)
            return call.Http.AnswerAsync(400, recorded);
        var (log, refusal) = found is null ? ContainerLog.WithoutRecording(pod.Value, options.Container, options.Previous) : (found, null);
        return log is null ? call.Http.AnswerAsync(refusal!) : WriteAsync(call, LogText.Cut(log, options.TailLines, options.LimitBytes));
    }

    private static Task WriteAsync(ApiCall call, ReadOnlyMemory<byte> log)
    {
        call.Http.Begin(200, "text/plain");
        return call.Http.Response.Body.WriteAsync(log, call.Aborted).AsTask();
    }
}
