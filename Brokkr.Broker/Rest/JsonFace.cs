using System.Buffers;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Net.Http.Headers;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Looks at the input of REST calls before it is bound: content type, size, body and query must be what the method's message says.
/// </summary>
internal sealed class JsonFace(RequestDelegate next)
{
    /// <summary>Methods that take nothing but their path: they accept that there is no body.</summary>
    private static readonly HashSet<string> BodyOptional =
        new(StringComparer.Ordinal)
        {
            "RequestDiagnostics", "ClaimDiagnostic", "CancelDiagnostic", "RotatePak", "RotateAgentPak", "ConfirmDeletion",
        };

    private const int PieceBytes = 64 * 1024;

    public static bool IsBodyOptional(string method) => BodyOptional.Contains(method);

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } method
            ? CheckAsync(context, method)
            : next(context);

    private async Task CheckAsync(HttpContext context, GrpcJsonTranscodingMetadata method)
    {
        RequireUtf8(context.Request);
        QueryCheck.Require(context.Request.Query, method);
        if (method.HttpRule.Body.Length > 0)
            await RequireBodyAsync(context, method);
        await next(context);
    }

    /// <summary>Transcoding reads in whatever character set is named, and fails on names it does not know.</summary>
    private static void RequireUtf8(HttpRequest request)
    {
        if (request.ContentType is not { Length: > 0 } given)
            return;
        if (!MediaTypeHeaderValue.TryParse(given, out var type))
            throw Errors.UnsupportedMediaType("The content type cannot be read: it must be application/json.");
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (charset.Length > 0 && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Errors.UnsupportedMediaType("The character set must be UTF-8: leave charset out of the content type.");
        // An error is written in the character set of the request, of which transcoding does not know that it may stand in quotes.
        if (charset.Length != type.Charset.Length)
        {
            type.Charset = charset;
            request.ContentType = type.ToString();
        }
    }

    private static async Task RequireBodyAsync(HttpContext context, GrpcJsonTranscodingMetadata method)
    {
        var request = context.Request;
        if (request.ContentLength > Limits.RequestBytes)
            throw Errors.BodyTooLarge();
        if (request.Headers.ContentEncoding.Any(e => !string.Equals(e, "identity", StringComparison.OrdinalIgnoreCase)))
            throw Errors.UnsupportedMediaType("The body must not be packed: leave the header Content-Encoding out.");
        var body = await ReadAsync(request, context.RequestAborted);
        if (body.Length == 0)
        {
            if (!IsBodyOptional(method.MethodDescriptor.Name))
                throw Errors.Malformed("empty_body", "The request body is empty: send a JSON object.");
            body = "{}"u8.ToArray();
        }
        else if (!request.HasJsonContentType())
        {
            throw Errors.UnsupportedMediaType("The content type must be application/json.");
        }

        request.ContentType = "application/json";
        JsonBodyCheck.Require(body, method.MethodDescriptor.InputType, request.RouteValues);
        body = WellKnownJson.WithMaskInCamelCase(body, method.MethodDescriptor.InputType);
        request.Body = new MemoryStream(body);
        request.ContentLength = body.Length;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        // Grows with what arrives, not with what is announced. The server drains what is left of a body that is too large.
        using var buffer = new MemoryStream();
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            while (await request.Body.ReadAsync(piece, ct) is var read and > 0)
            {
                if (buffer.Length + read > Limits.RequestBytes)
                    throw Errors.BodyTooLarge();
                buffer.Write(piece, 0, read);
            }
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // The server gives up a body whose pieces are not as announced, such as one of more bytes than there are numbers for.
            throw Errors.Malformed("bad_request", "The request is not valid HTTP: its body cannot be read to the end.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return buffer.ToArray();
    }
}
