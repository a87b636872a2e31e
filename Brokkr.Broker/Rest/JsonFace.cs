using Brokkr.Contracts;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Brokkr.Broker.Rest;

/// <summary>Looks at the input of REST calls before it is bound: content type, size, body and query must be what the method's message says.</summary>
internal sealed class JsonFace(RequestDelegate next)
{
    /// <summary>Methods that take nothing but their path: they accept no body at all.</summary>
    private static readonly HashSet<string> BodyOptional = new(StringComparer.Ordinal) { "RequestDiagnostics", "ClaimDiagnostic", "RotatePak", "RotateAgentPak" };

    public static bool IsBodyOptional(string method) => BodyOptional.Contains(method);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not { } method)
        {
            await next(context);
            return;
        }

        QueryCheck.Require(context.Request.Query, method);
        if (method.HttpRule.Body.Length > 0)
            await RequireBodyAsync(context, method);
        await next(context);
    }

    private static async Task RequireBodyAsync(HttpContext context, GrpcJsonTranscodingMetadata method)
    {
        var request = context.Request;
        if (request.ContentLength > Limits.RequestBytes)
            throw ErrorFace.BodyTooLarge();
        var body = await ReadAsync(request, context.RequestAborted);
        if (body.Length == 0)
        {
            if (!IsBodyOptional(method.MethodDescriptor.Name))
                throw Errors.Malformed("empty_body", "The request body is empty: send a JSON object.");
            body = "{}"u8.ToArray();
            request.ContentType = "application/json";
        }
        else if (!request.HasJsonContentType())
        {
            throw new ApiError(
                new(global::Grpc.Core.StatusCode.InvalidArgument, "The content type must be application/json."), [], "unsupported_media_type",
                StatusCodes.Status415UnsupportedMediaType);
        }

        JsonBodyCheck.Require(body, method.MethodDescriptor.InputType, request.RouteValues);
        request.Body = new MemoryStream(body);
        request.ContentLength = body.Length;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        using var buffer = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(buffer, ct);
        return buffer.ToArray();
    }
}
