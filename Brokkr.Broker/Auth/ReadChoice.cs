using System.Globalization;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Decides which database a call reads, of the methods that have <see cref="MayLagAttribute"/> and the pages that this filters. A standby
/// answers readers, and admins whose key wrote nothing lately, by whichever broker; where it fails in the middle, the primary is asked. All
/// other calls, and what the broker does by itself, ask the primary.
/// </summary>
internal sealed class ReadChoice(
    Standby standby, AuditStore audit, ReadMetrics metrics, DatabaseOptions database, LimitOptions limits) : Interceptor, IEndpointFilter
{
    /// <summary>
    /// What was acknowledged longer ago than the lag is in what a standby answers; it began so long before it was acknowledged at the most.
    /// </summary>
    private readonly TimeSpan _lately = TimeSpan.FromSeconds(database.ReadLagSeconds + limits.RequestTimeoutSeconds);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var http = context.GetHttpContext();
        return RunAsync(
            http, http.GetEndpoint()?.Metadata.GetMetadata<MayLagAttribute>() is not null, () => continuation(request, context));
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => await RunAsync(
        context.HttpContext, HttpMethods.IsGet(context.HttpContext.Request.Method), async () => await next(context));

    private async Task<T> RunAsync<T>(HttpContext context, bool mayLag, Func<Task<T>> call)
    {
        if (!standby.IsSet || !mayLag || context.User.IsInRole(nameof(PakRole.Agent)))
            return await call();
        if (standby.Follows && !await WroteLatelyAsync(context))
        {
            var reading = new Reading();
            try
            {
                var answer = await reading.RunAsync(call);
                Tell(context, reading);
                return answer;
            }
            catch (Exception e) when (Standby.IsFailure(e))
            {
                // The primary is asked instead.
            }
            catch
            {
                Tell(context, reading);
                throw;
            }
        }

        metrics.Read(fromStandby: false);
        return await call();
    }

    /// <summary>Whoever writes leaves a trace in the audit trail, which commits with what was written; readers cannot write.</summary>
    private async ValueTask<bool> WroteLatelyAsync(HttpContext context) =>
        !context.User.IsInRole(nameof(PakRole.Reader)) && await audit.WroteAsync(context.User.PakId()!, _lately, context.RequestAborted);

    private void Tell(HttpContext context, Reading reading)
    {
        if (reading.AsOf is not { } asOf)
            return;
        context.Response.Headers[AnswerHeaders.AsOf] = asOf.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        metrics.Read(fromStandby: true);
    }
}
