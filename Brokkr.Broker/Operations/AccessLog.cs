using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Contracts.Text;

namespace Brokkr.Broker.Operations;

/// <summary>
/// A line for each call of the API, where the settings ask for it: who asked for what, and how it went. No query and no body.
/// </summary>
internal sealed class AccessLog(RequestDelegate next, TimeProvider clock, ILogger<AccessLog> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (ManagementPort.Is(context))
        {
            await next(context);
            return;
        }

        var began = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var (method, path) = (Echo.Of(context.Request.Method), Echo.Of(context.Request.Path.Value));
            var code = (context.Items[ErrorFace.ErrorItem] as ApiError)?.StatusCode.ToString() ?? "OK";
            var (key, address) = (context.User.PakId() ?? "none", Caller.AddressOf(context));
            var milliseconds = (long)clock.GetElapsedTime(began).TotalMilliseconds;
            OperationsLog.Called(log, method, path, context.Response.StatusCode, code, milliseconds, key, address);
        }
    }
}
