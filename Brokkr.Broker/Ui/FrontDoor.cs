using Brokkr.Broker.Ui.Parts;
using Brokkr.Broker.Ui.Shell;
using Brokkr.Contracts;

namespace Brokkr.Broker.Ui;

/// <summary>What <c>/</c> answers: browsers are led to the console, programs are told what this is.</summary>
internal static class FrontDoor
{
    public static IResult Answer(HttpContext context, ConsoleOptions options)
    {
        if (options.Enabled && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return Results.LocalRedirect(ConsolePaths.Root);
        var message = options.Enabled
            ? "This is a Brokkr broker. The API lies below /api/v1 and is described at /docs; the console is at /ui."
            : "This is a Brokkr broker. The API lies below /api/v1 and is described at /docs.";
        return Results.Json(new { message, version = ProgramVersion.Current });
    }
}
