using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Brokkr.Broker.Rest;

/// <summary>An error of the API: what gRPC carries, and the HTTP status and word that REST answers.</summary>
internal sealed class ApiError(Grpc.Core.Status status, Metadata trailers, string word, int httpStatus) : RpcException(status, trailers)
{
    /// <summary>A lower snake case word for programs, the same over REST and gRPC.</summary>
    public string Word => word;

    public int HttpStatus => httpStatus;
}

/// <summary>The errors this API returns: a canonical code, a sentence for people that says what to do, a word for programs.</summary>
internal static class Errors
{
    /// <summary>More than any sentence of ours has.</summary>
    private const int MaxMessage = 2000;

    /// <summary>Every detail message used below; without it the JSON side answers 500 instead of the error.</summary>
    public static readonly TypeRegistry DetailTypes = TypeRegistry.FromMessages(ErrorInfo.Descriptor, RetryInfo.Descriptor);

    public static ApiError NotFound(string kind, string id) =>
        Create(Code.NotFound, StatusCodes.Status404NotFound, "not_found", $"There is no {kind} {Shown(id)}.");

    public static ApiError Invalid(string field, string message) =>
        Create(Code.InvalidArgument, StatusCodes.Status400BadRequest, "invalid_argument", $"{field}: {message}");

    public static ApiError Malformed(string word, string message) =>
        Create(Code.InvalidArgument, StatusCodes.Status400BadRequest, word, message);

    public static ApiError AlreadyExists(string word, string message) =>
        Create(Code.AlreadyExists, StatusCodes.Status409Conflict, word, message);

    public static ApiError Conflict(string word, string message) => Create(Code.Aborted, StatusCodes.Status409Conflict, word, message);

    public static ApiError Precondition(string word, string message) =>
        Create(Code.FailedPrecondition, StatusCodes.Status409Conflict, word, message);

    public static ApiError TooLarge(string word, string message) =>
        Create(Code.InvalidArgument, StatusCodes.Status413PayloadTooLarge, word, message);

    public static ApiError BodyTooLarge() =>
        TooLarge("body_too_large", $"The request body is larger than {Limits.RequestBytes} bytes: send less at once.");

    public static ApiError HeadTooLarge() => Create(
        Code.InvalidArgument, StatusCodes.Status431RequestHeaderFieldsTooLarge, "head_too_large",
        $"The head of the request is too large: at most {RequestHead.MaxHeaders} headers with {RequestHead.MaxBytes} bytes in all, "
        + $"and a path of {RequestHead.MaxTarget} bytes.");

    public static ApiError Unauthenticated(string message) =>
        Create(Code.Unauthenticated, StatusCodes.Status401Unauthorized, "unauthenticated", message);

    public static ApiError PermissionDenied(string message) =>
        Create(Code.PermissionDenied, StatusCodes.Status403Forbidden, "permission_denied", message);

    /// <summary>Carries when to try again, for programs.</summary>
    public static ApiError RateLimited(TimeSpan wait) => Create(
        Code.ResourceExhausted, StatusCodes.Status429TooManyRequests, "rate_limited",
        $"Too many requests: try again in {Math.Ceiling(wait.TotalSeconds)} seconds, and ask less often.",
        new RetryInfo { RetryDelay = wait.ToDuration() });

    /// <summary>Carries when to try again, for programs.</summary>
    public static ApiError Busy(TimeSpan wait) => Create(
        Code.ResourceExhausted, StatusCodes.Status429TooManyRequests, "busy",
        $"More reports arrive than the database takes: try again in {wait.TotalSeconds} seconds.",
        new RetryInfo { RetryDelay = wait.ToDuration() });

    public static ApiError TimedOut() => Create(
        Code.DeadlineExceeded, StatusCodes.Status408RequestTimeout, "request_timeout",
        "The request took too long to arrive or to answer: try again, with less at once.");

    public static ApiError Cancelled() =>
        Create(Code.Cancelled, StatusCodes.Status499ClientClosedRequest, "cancelled", "The caller went away.");

    public static ApiError UnsupportedMediaType(string message) =>
        Create(Code.InvalidArgument, StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", message);

    public static ApiError NoSuchPath() =>
        Create(Code.NotFound, StatusCodes.Status404NotFound, "not_found",
            "There is no such path: see the documentation for the endpoints.");

    public static ApiError NoSuchMethod() => Create(
        Code.Unimplemented, StatusCodes.Status404NotFound, "unimplemented",
        "There is no such method, or it does not know the encoding: gzip, deflate and identity are known.");

    public static ApiError Unavailable(string message) =>
        Create(Code.Unavailable, StatusCodes.Status503ServiceUnavailable, "unavailable", message);

    public static ApiError DatabaseAway() => Unavailable("The database does not answer: try again in a few seconds.");

    public static ApiError Internal(string correlationId) => Create(
        Code.Internal, StatusCodes.Status500InternalServerError, "internal",
        $"The broker failed; its log says more under the correlation id {correlationId}.");

    private static ApiError Create(Code code, int httpStatus, string word, string message, params IMessage[] details)
    {
        // Whatever a sentence repeats of a request, it is readable and short.
        message = TextCleaner.Clean(message, MaxMessage);
        var info = new ErrorInfo { Reason = word, Domain = "brokkr" };
        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(info), details.Select(Any.Pack) } };
        var rpc = status.ToRpcException();
        return new(rpc.Status, rpc.Trailers, word, httpStatus);
    }

    /// <summary>What a caller sent, fit to be repeated in a sentence.</summary>
    private static string Shown(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? id : "of that id";
}
