using System.Text.Encodings.Web;
using System.Text.Json;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Brokkr.Broker.Rest;

/// <summary>Gives every REST answer its status, and every error of REST the one documented shape.</summary>
internal sealed class ErrorFace(RequestDelegate next, ILogger<ErrorFace> log)
{
    /// <summary>The key in <c>HttpContext.Items</c> of the error that a method threw.</summary>
    public const string ErrorItem = "brokkr.rest.error";

    /// <summary>Quotes and angle brackets stand as they are: the answer is JSON and never part of a page.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task InvokeAsync(HttpContext context) => IsGrpc(context) ? InvokeGrpcAsync(context) : InvokeRestAsync(context);

    private async Task InvokeRestAsync(HttpContext context)
    {
        var body = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Items[ErrorItem] = Failures.Translate(e, context, log, context.RequestAborted);
        }
        finally
        {
            context.Response.Body = body;
        }

        // A method of gRPC that was not called as one says so in its own way too, which means nothing here.
        context.Response.Headers.Remove("grpc-status");
        context.Response.Headers.Remove("grpc-message");
        if (context.Response.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            // A path of gRPC over HTTP/1.1: an empty 200 says nothing to whoever asked.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Items[ErrorItem] = Errors.NoSuchPath();
        }

        if (context.Response.StatusCode < 400)
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<AnswersAttribute>() is { } answers)
                context.Response.StatusCode = answers.Status;
            buffer.Position = 0;
            await buffer.CopyToAsync(body, context.RequestAborted);
            return;
        }

        var hasOwnBody = buffer.Length > 0 && context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is null;
        if (hasOwnBody)
        {
            buffer.Position = 0;
            await buffer.CopyToAsync(body, context.RequestAborted);
            return;
        }

        await WriteRestAsync(context, context.Items[ErrorItem] as ApiError ?? FromStatus(context, buffer));
    }

    /// <summary>Answers an error to either face, before any method was called.</summary>
    public static Task WriteAsync(HttpContext context, ApiError error)
    {
        context.Items[ErrorItem] = error;
        if (!IsGrpc(context))
        {
            context.Response.StatusCode = error.HttpStatus;
            if (error.HttpStatus == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = $"{(int)error.StatusCode}";
        context.Response.Headers["grpc-message"] = StatusMessage.Encode(error.Status.Detail);
        foreach (var trailer in error.Trailers.Where(t => t.IsBinary))
            context.Response.Headers[trailer.Key] = Convert.ToBase64String(trailer.ValueBytes).TrimEnd('=');
        return Task.CompletedTask;
    }

    /// <summary>What was refused or failed before any method was called gets our words too.</summary>
    private async Task InvokeGrpcAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await WriteAsync(context, Failures.Translate(e, context, log, context.RequestAborted));
            return;
        }

        if (context.Response.HasStarted || context.Items.ContainsKey(ErrorItem))
            return;
        if (!int.TryParse(context.Response.Headers["grpc-status"], out var status))
        {
            // Routing knows no gRPC: to it a path that nothing answers is a page that is not there.
            if (context.Response.StatusCode >= 400)
                await WriteAsync(context, Errors.NoSuchMethod());
            return;
        }

        ApiError? error = (StatusCode)status switch
        {
            StatusCode.ResourceExhausted => Errors.BodyTooLarge(),
            StatusCode.Unknown or StatusCode.Internal =>
            Errors.Malformed("malformed_message", "The message cannot be read as the method's request."),
            StatusCode.Unimplemented => Errors.NoSuchMethod(),
            _ => null,
        };
        if (error is not null)
            await WriteAsync(context, error);
    }

    /// <summary>
    /// Whether a call came over gRPC; everything else is REST. The protocol and the endpoint decide: what a caller says its content is
    /// makes no gRPC of another path.
    /// </summary>
    public static bool IsGrpc(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol)
            || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
            return false;
        var endpoint = context.GetEndpoint()?.Metadata;
        return endpoint?.GetMetadata<GrpcMethodMetadata>() is null
            ? NamesService(context.Request.Path.Value ?? "")
            : endpoint.GetMetadata<GrpcJsonTranscodingMetadata>() is null;
    }

    /// <summary>Where there is no such method, a path is of gRPC if it begins with the full name of a service.</summary>
    private static bool NamesService(string path) => path.Split('/') is ["", var service, _] && service.Contains('.');

    private static async Task WriteRestAsync(HttpContext context, ApiError error)
    {
        context.Response.StatusCode = error.HttpStatus;
        context.Response.ContentLength = null;
        if (context.Features.Get<ErrorView>() is { } view)
        {
            await view.WriteAsync(context, error);
            return;
        }

        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new { error = error.Word, message = error.Status.Detail }, Readable,
            context.RequestAborted);
    }

    /// <summary>
    /// Errors that the framework made: they get our words, and their own only where transcoding said what is wrong with the input.
    /// </summary>
    private static ApiError FromStatus(HttpContext context, MemoryStream buffer) => context.Response.StatusCode switch
    {
        404 => Errors.NoSuchPath(),
        405 => new(
            new(StatusCode.Unimplemented, $"This path does not know {Verb(context)}: the header Allow names what it knows."),
            [], "method_not_allowed", 405),
        413 => Errors.BodyTooLarge(),
        415 or 426 => Errors.UnsupportedMediaType("The content type must be application/json, and application/grpc over gRPC."),
        408 => Errors.TimedOut(),
        400 when Said(buffer).StartsWith("Request body too large", StringComparison.Ordinal) => Errors.BodyTooLarge(),
        400 => Errors.Malformed("invalid_request", "The request cannot be read: a value has the wrong shape."),
        var status => new(new(StatusCode.Unknown, "The request failed."), [], "error", status),
    };

    private static string Verb(HttpContext context) =>
        context.Request.Method.Length <= 10 && context.Request.Method.All(char.IsAsciiLetter) ? context.Request.Method : "this method";

    private static string Said(MemoryStream buffer)
    {
        try
        {
            using var json = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
            return json.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
