using System.Text;
using Brokkr.Contracts;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Brokkr.Broker.OpenApi;

/// <summary>Serves the description of REST, for programs at /openapi/v1.json and for people at /docs.</summary>
internal static class OpenApiModule
{
    public const string Path = "/openapi/v1.json";

    public static void MapOpenApi(this WebApplication app)
    {
        var json = new Lazy<Task<string>>(() => WriteAsync(app.Services.GetRequiredService<EndpointDataSource>()));
        app.MapGet(Path, async () => TypedResults.Text(await json.Value, "application/json", Encoding.UTF8)).AllowAnonymous();
        // Nothing on the page speaks to other hosts, nor offers to.
        app.MapScalarApiReference("/docs", scalar => scalar.WithTitle("Brokkr").WithOpenApiRoutePattern(Path)
            .WithOperationTitleSource(OperationTitleSource.Path)
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton()).AllowAnonymous();
    }

    /// <summary>The description as a file, with a line end at the end.</summary>
    public static async Task<string> WriteAsync(EndpointDataSource endpoints)
    {
        var document = OpenApiDescription.Of(endpoints, ProgramVersion.Current);
        return await document.SerializeAsync(OpenApiSpecVersion.OpenApi3_1, OpenApiConstants.Json) + "\n";
    }
}
