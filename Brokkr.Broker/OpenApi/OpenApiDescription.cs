using System.Text.RegularExpressions;
using Brokkr.Broker.Rest;
using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.OpenApi;

namespace Brokkr.Broker.OpenApi;

/// <summary>Describes REST as OpenAPI 3.1: what the endpoints are, in the words of the contracts.</summary>
internal sealed partial class OpenApiDescription
{
    private const string Scheme = "pak";
    private const string ErrorSchema = "Error";

    private static readonly Dictionary<int, string> Errors = new()
    {
        [400] = "The request cannot be read, or a value is wrong: the message names it and says what would be right.",
        [401] = "There is no valid PAK.",
        [403] = "The PAK's role does not permit the call, or an agent acts for another.",
        [404] = "There is no such object, or the caller may not know of it.",
        [408] = "The request took too long to arrive or to answer: try again, with less at once.",
        [409] = "The state of the object does not permit the call.",
        [413] = "The request is too large.",
        [415] = "The content type is not application/json.",
        [429] = "Too many requests: the header Retry-After says when to try again.",
        [500] = "The broker failed: its log says more under the correlation id in the message.",
        [503] = "The database does not answer: try again in a few seconds.",
    };

    private readonly OpenApiDocument _document;
    private readonly SchemaCatalog _schemas;
    private readonly IReadOnlyDictionary<string, MethodDescriptor> _contracts = DocumentedContracts.Load();

    private OpenApiDescription(string version)
    {
        _document = new()
        {
            Info = new()
            {
                Title = "Brokkr",
                Version = version,
                Description = "Health of the deployments in clusters that nobody can reach, and diagnostics on demand. Every path is "
                + "also a gRPC method of the same name.",
                License = new() { Name = "Apache License 2.0", Identifier = "Apache-2.0" },
            },
            Servers = [new() { Url = "/", Description = "This broker." }],
            Components = new()
            {
                Schemas = new Dictionary<string, IOpenApiSchema>(),
                Responses = new Dictionary<string, IOpenApiResponse>(),
                SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    [Scheme] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = "bearer",
                        Description = "A PAK (prefixed API key): brokkr_adm_..., brokkr_ro_... or brokkr_agt_...",
                    },
                },
            },
            Tags = new HashSet<OpenApiTag>(),
        };
        _schemas = new(_document);
    }

    /// <summary>The document, the same for the same endpoints.</summary>
    public static OpenApiDocument Of(EndpointDataSource endpoints, string version)
    {
        var description = new OpenApiDescription(version);
        description.Describe(endpoints);
        return description._document;
    }

    private void Describe(EndpointDataSource endpoints)
    {
        _document.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, _document)] = [] }];
        _document.Components!.Schemas![ErrorSchema] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "What every error answers.",
            Required = new HashSet<string> { "error", "message" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["error"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "A lower snake case word for programs, the same over gRPC."
                },
                ["message"] =
                new OpenApiSchema { Type = JsonSchemaType.String, Description = "A sentence for people that says what to do." },
            },
        };
        foreach (var (status, meaning) in Errors)
            _document.Components.Responses![Name(status)] = Answer(meaning, new OpenApiSchemaReference(ErrorSchema, _document));

        var methods = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Select(e => (Endpoint: e, Face: e.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()))
            .Where(m => m.Face is not null)
            .Select(m => (m.Endpoint, m.Face!.HttpRule, Method: _contracts[m.Face.MethodDescriptor.FullName]))
            .OrderBy(m => m.Method.FullName, StringComparer.Ordinal).ToList();
        foreach (var (_, _, method) in methods)
            _schemas.MarkRequested(method.InputType);
        foreach (var (endpoint, rule, method) in methods)
            Add(endpoint, rule, method);
        AddProbe("/healthz", "GetLiveness", "Whether the process runs.");
        AddProbe("/readyz", "GetReadiness", "Whether the broker can serve: its database answers.");
    }

    private void Add(RouteEndpoint endpoint, HttpRule rule, MethodDescriptor method)
    {
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
            HttpRule.PatternOneofCase.Delete => (HttpMethod.Delete, rule.Delete),
            _ => throw new NotSupportedException($"{method.FullName} has a verb that the contracts do not use yet."),
        };
        var inPath = InBraces().Matches(path).Select(m => m.Groups[1].Value).ToList();
        var comment = method.Comment();
        _document.Tags!.Add(new() { Name = method.Service.Name, Description = method.Service.Comment() });
        var operation = new OpenApiOperation
        {
            OperationId = method.Name,
            Summary = comment.Split("\n\n")[0].Split(". ")[0].Split("; REST")[0].TrimEnd('.'),
            Description = comment,
            Tags = new HashSet<OpenApiTagReference> { new(method.Service.Name, _document) },
            Parameters = [.. inPath.Select(name => Parameter(method.InputType.FindFieldByName(name), ParameterLocation.Path))],
            Responses = [],
        };
        var parameters = rule.Body.Length > 0 ? [] : method.InputType.Fields.InDeclarationOrder().Where(f => !inPath.Contains(f.Name));
        foreach (var field in parameters)
            operation.Parameters.Add(Parameter(field, ParameterLocation.Query));
        if (rule.Body.Length > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !JsonFace.IsBodyOptional(method.Name),
                Content = Json(_schemas.Body(method.InputType, inPath)),
            };
        }

        var success = endpoint.Metadata.GetMetadata<AnswersAttribute>()?.Status ?? StatusCodes.Status200OK;
        operation.Responses[Name(success)] = Answer(method.OutputType.Comment(), _schemas.Of(method.OutputType));
        foreach (var status in Failures(comment, rule.Body.Length > 0, inPath.Count > 0))
            operation.Responses[Name(status)] = new OpenApiResponseReference(Name(status), _document);

        _document.Paths.TryAdd(path, new OpenApiPathItem());
        ((OpenApiPathItem)_document.Paths[path]).AddOperation(verb, operation);
    }

    /// <summary>The comments name the gRPC codes with which a method fails by itself; the rest follows from what it takes.</summary>
    private static IEnumerable<int> Failures(string comment, bool hasBody, bool namesObject) => Errors.Keys.Where(status => status switch
    {
        404 => namesObject || comment.Contains("NOT_FOUND", StringComparison.Ordinal),
        409 => comment.Contains("ALREADY_EXISTS", StringComparison.Ordinal) || comment.Contains("ABORTED", StringComparison.Ordinal)
            || comment.Contains("FAILED_PRECONDITION", StringComparison.Ordinal),
        413 or 415 => hasBody,
        _ => true,
    });

    private OpenApiParameter Parameter(FieldDescriptor field, ParameterLocation location) => new()
    {
        Name = field.JsonName,
        In = location,
        Required = location == ParameterLocation.Path,
        Description = field.Comment(),
        Schema = _schemas.Of(field),
    };

    private void AddProbe(string path, string id, string meaning)
    {
        var answer = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["ok", "unavailable"] },
                ["reasons"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                ["version"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The broker's." },
            },
        };
        _document.Tags!.Add(new() { Name = "Probes", Description = "For load balancers and kubelets; no PAK is needed." });
        var operation = new OpenApiOperation
        {
            OperationId = id,
            Summary = meaning.TrimEnd('.'),
            Description = meaning,
            Security = [],
            Tags = new HashSet<OpenApiTagReference> { new("Probes", _document) },
            Responses = new() { [Name(200)] = Answer("It is so.", answer), [Name(503)] = Answer("It is not; `reasons` says why.", answer) },
        };
        _document.Paths[path] = new OpenApiPathItem();
        ((OpenApiPathItem)_document.Paths[path]).AddOperation(HttpMethod.Get, operation);
    }

    private static OpenApiResponse Answer(string description, IOpenApiSchema schema) =>
        new() { Description = description, Content = Json(schema) };

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) =>
        new() { ["application/json"] = new OpenApiMediaType { Schema = schema } };

    private static string Name(int status) => $"{status}";

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex InBraces();
}
