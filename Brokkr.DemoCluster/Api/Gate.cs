using System.Security.Cryptography;
using System.Text;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;

namespace Brokkr.DemoCluster.Api;

/// <summary>Stands before every answer: the token, the count, and the failures that were asked for.</summary>
internal sealed class Gate(DemoClusterOptions options, DemoClusterFaults faults, RequestCounts counts)
{
    private static readonly PathString[] Public = ["/readyz", "/healthz", "/livez", "/version"];

    public async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        if (!Array.Exists(Public, path => http.Request.Path == path) && !HasToken(http.Request))
        {
            await http.AnswerAsync(KubeStatus.Unauthorized);
            return;
        }
        if (!http.Request.Path.StartsWithSegments("/demo"))
        {
            counts.Count(http.Request);
            if (faults.Delay > TimeSpan.Zero)
                await Task.Delay(faults.Delay, options.Clock, http.RequestAborted);
            if (faults.TakeFailure(http.Request) is { } status)
            {
                if (status is 429 or 503)
                    http.Response.Headers.RetryAfter = $"{faults.RetryAfter}";
                await http.AnswerAsync(status == 429 ? KubeStatus.TooManyRequests : KubeStatus.Internal(status));
                return;
            }
        }
        try
        {
            if (faults.StopsAfterHead)
            {
                await http.Response.StartAsync(http.RequestAborted);
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }

            await next(http);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // The client went away, as clients of watches do.
        }
    }

    private bool HasToken(HttpRequest request) =>
        options.Token is not { } token
        || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()),
        Encoding.UTF8.GetBytes($"Bearer {token}"));
}
