using System.Globalization;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Ui.Parts;

/// <summary>What pages send, and where a browser goes afterwards.</summary>
internal static class Forms
{
    private const int FormBytes = 2 * 1024 * 1024;

    private const int Fields = 600;

    /// <summary>The form of a request, within bounds.</summary>
    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            throw Errors.UnsupportedMediaType("This takes the form of a page of the console, and nothing else.");
        if (context.Request.ContentLength > FormBytes)
            throw Errors.BodyTooLarge();
        try
        {
            return await context.Request.ReadFormAsync(new()
            {
                BufferBodyLengthLimit = FormBytes,
                KeyLengthLimit = 256,
                ValueLengthLimit = FormBytes,
                ValueCountLimit = Fields
            }, context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw Errors.Malformed("invalid_request", "The form is too large or cannot be read.");
        }
    }

    /// <summary>A word that an address or a form names.</summary>
    /// <exception cref="ApiError">The contracts do not know it.</exception>
    public static T Word<T>(string text, string field) where T : struct, Enum
    {
        try
        {
            return Words.Parse<T>(text);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Errors.Invalid(field, "has no such word: choose one on the page.");
        }
    }

    /// <summary>What somebody reads who put the page of one order into the address of another.</summary>
    public static ApiError OtherOrder() => Errors.Invalid("after", "belongs to another order: begin with the first page.");

    /// <summary>A number of digits alone: the framework takes signs, blanks and NULs beside them.</summary>
    public static bool TryNumber(string? text, out int number)
    {
        number = 0;
        return text is { Length: > 0 } && text.All(char.IsAsciiDigit)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A page with a new secret is sent as it is: the length of a packed one would tell something of it.</summary>
    public static void NeverPack(HttpContext context) => context.Response.Headers.ContentEncoding = "identity";

    /// <summary>Sends the browser to a page of the console by GET, so that going back repeats nothing.</summary>
    public static IResult BackTo(string? path) => new SeeOther(ConsolePaths.Return(path));

    /// <summary>303, which the framework's redirects are not.</summary>
    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
