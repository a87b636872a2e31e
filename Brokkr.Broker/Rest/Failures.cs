using System.Diagnostics;
using Brokkr.Broker.Storage;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Timeouts;
using Npgsql;
using KestrelServer = Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServer;

namespace Brokkr.Broker.Rest;

/// <summary>Turns whatever was thrown, in a method or around it, into an error of the API, and logs what nobody expected.</summary>
internal static class Failures
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="context">The call.</param>
    /// <param name="log">Where what is not the caller's doing is told.</param>
    /// <param name="gone">Cancelled where the caller waits no longer.</param>
    public static ApiError Translate(Exception exception, HttpContext context, ILogger log, CancellationToken gone)
    {
        switch (exception)
        {
            case ApiError error:
                return error;
            // So the health check of gRPC says that it does not know a service.
            case RpcException { StatusCode: StatusCode.NotFound }:
                return Errors.NotFound("service", "");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Errors.BodyTooLarge();
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return Errors.TimedOut();
            case BadHttpRequestException:
                return Errors.Malformed("bad_request", "The request is not valid HTTP.");
            case OperationCanceledException when IsTimeOver(context):
                return Errors.TimedOut();
            case OperationCanceledException when gone.IsCancellationRequested:
                return Errors.Cancelled();
            // So the server tells that the caller hung up while its body was read, sooner than by the token.
            case IOException when IsOfServer(exception):
                return Errors.Cancelled();
            case var _ when DatabaseFailure.IsTransient(exception):
                context.RequestServices.GetRequiredService<DatabaseWatch>().Failed(exception);
                RestLog.DatabaseAway(log, context.TraceIdentifier);
                return Errors.DatabaseAway();
            case PostgresException { ConstraintName: var constraint } when DatabaseFailure.IsOvertaken(exception):
                RestLog.Overtaken(log, constraint ?? "", context.TraceIdentifier);
                return Errors.Unavailable("What the call is about was changed by another one at the same moment: try again.");
            default:
                RestLog.Failed(log, exception, context.TraceIdentifier);
                return Errors.Internal(context.TraceIdentifier);
        }
    }

    private static bool IsTimeOver(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true;

    /// <summary>Frames reach from where it was thrown to here, the server stands below that: it is among them only if it threw.</summary>
    private static bool IsOfServer(Exception exception) => new StackTrace(exception).GetFrames()
        .Any(f => f.GetMethod()?.DeclaringType?.Assembly == typeof(KestrelServer).Assembly);
}
