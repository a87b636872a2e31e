using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace Brokkr.Broker.OpenApi;

/// <summary>The messages of the contracts as JSON schemas, each under the name of its message.</summary>
internal sealed class SchemaCatalog(OpenApiDocument document)
{
    private readonly HashSet<string> _requested = new(StringComparer.Ordinal);

    /// <summary>
    /// Notes what a request is made of: there no field is required, while an answer always has every field that cannot be absent.
    /// </summary>
    public void MarkRequested(MessageDescriptor message)
    {
        if (!_requested.Add(message.FullName))
            return;
        foreach (var field in message.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message))
            MarkRequested(field.MessageType);
    }

    public IOpenApiSchema Of(MessageDescriptor message)
    {
        switch (message.FullName)
        {
            case "google.protobuf.Timestamp":
                return new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" };
            case "google.protobuf.ListValue":
                return new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } };
            default:
                var schema = new OpenApiSchema();
                // Added before it is filled: messages may hold each other.
                if (document.Components!.Schemas!.TryAdd(message.Name, schema))
                    Fill(schema, message, []);
                return new OpenApiSchemaReference(message.Name, document);
        }
    }

    /// <summary>The body of a request: its message without what the path says.</summary>
    public OpenApiSchema Body(MessageDescriptor message, IReadOnlyCollection<string> inPath)
    {
        var schema = new OpenApiSchema();
        Fill(schema, message, inPath);
        schema.Description = null;
        return schema;
    }

    public IOpenApiSchema Of(FieldDescriptor field)
    {
        if (field.IsMap)
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = Single(field.MessageType.FindFieldByNumber(2))
            };
        return field.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = Single(field) } : Single(field);
    }

    private void Fill(OpenApiSchema schema, MessageDescriptor message, IReadOnlyCollection<string> except)
    {
        var fields = message.Fields.InDeclarationOrder().Where(f => !except.Contains(f.Name)).ToList();
        schema.Type = JsonSchemaType.Object;
        schema.Description = message.Comment();
        schema.Properties = fields.ToDictionary(f => f.JsonName, f => Described(Of(f), f.Comment()));
        schema.AdditionalPropertiesAllowed = !_requested.Contains(message.FullName);
        if (!_requested.Contains(message.FullName))
            schema.Required = fields.Where(f => f.IsRepeated || !f.HasPresence).Select(f => f.JsonName).ToHashSet();
    }

    private IOpenApiSchema Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Of(field.MessageType),
        FieldType.Enum => Words(field.EnumType),
        FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldType.Int32 or FieldType.UInt32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
        FieldType.Int64 or FieldType.UInt64 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
        FieldType.Double => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        FieldType.String => new OpenApiSchema { Type = JsonSchemaType.String },
        _ => throw new NotSupportedException($"{field.FullName} has a type that the contracts do not use yet: say here what its JSON is."),
    };

    /// <summary>Words are nested in a message that gives them their name; the word for nothing is no input and no answer.</summary>
    private OpenApiSchemaReference Words(EnumDescriptor words)
    {
        var name = words.ContainingType.Name;
        var known = words.Values.Where(v => v.Number != 0).ToList();
        document.Components!.Schemas!.TryAdd(name, new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Description = $"{words.ContainingType.Comment()}\n\n{string.Join('\n', known.Select(v => $"- `{v.Name}`: {v.Comment()}"))}",
            Enum = [.. known.Select(v => (JsonNode)v.Name)],
        });
        return new(name, document);
    }

    private static IOpenApiSchema Described(IOpenApiSchema schema, string description)
    {
        schema.Description = description;
        return schema;
    }
}
