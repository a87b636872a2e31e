using Brokkr.Broker.Rest;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Diagnostics;

/// <summary>Refuses results that parse and are wrong all the same. Pure.</summary>
internal static class ResultCheck
{
    public static void Require(Wire.SubmitResultRequest request)
    {
        if (request is { HasAttempt: true, Attempt: < 1 })
            throw Errors.Invalid("attempt", "must be 1 or more, as ClaimDiagnostic answered it.");
        RequireLines(request.LogTails, "log_tails");
        RequireLines(request.PreviousLogTails, "previous_log_tails");
        if (request.Events.Any(e => e.Count < 0))
            throw Errors.Invalid("events.count", "must be 0 or more.");
        if (request.PodStatuses.Any(p => p.ContainerStatuses.Any(c => c.RestartCount < 0)))
            throw Errors.Invalid("pod_statuses.container_statuses.restart_count", "must be 0 or more.");
    }

    private static void RequireLines(MapField<string, ListValue> tails, string field)
    {
        if (tails.Values.Any(list => list.Values.Any(v => v.KindCase != Value.KindOneofCase.StringValue)))
            throw Errors.Invalid(field, "each value must be a list of strings.");
    }
}
