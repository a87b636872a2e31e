using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using LinqToDB.Mapping;
using LinqToDB.Metadata;
using AgentWord = Brokkr.V1.AgentState.Types.Word;
using DiagnosticWord = Brokkr.V1.DiagnosticStatus.Types.Word;
using HealthWord = Brokkr.V1.HealthStatus.Types.Word;
using PakWord = Brokkr.V1.PakState.Types.Word;

namespace Brokkr.Broker.Storage;

/// <summary>
/// How columns become properties: <c>created_at</c> is <c>CreatedAt</c> of a class whose name ends in Row, and words are enums.
/// </summary>
internal sealed class RowMapping : IMetadataReader
{
    public static readonly MappingSchema Schema = Create();

    private readonly ConcurrentDictionary<MemberInfo, MappingAttribute[]> _columns = [];

    public MappingAttribute[] GetAttributes(Type type) => [];

    public MappingAttribute[] GetAttributes(Type type, MemberInfo memberInfo) =>
        type.Name.EndsWith("Row", StringComparison.Ordinal) && memberInfo is PropertyInfo { CanWrite: true }
            ? _columns.GetOrAdd(memberInfo, ColumnOf)
            : [];

    public MemberInfo[] GetDynamicColumns(Type type) => [];

    public string GetObjectID() => nameof(RowMapping);

    private static MappingAttribute[] ColumnOf(MemberInfo property) =>
        [new ColumnAttribute(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    private static MappingSchema Create()
    {
        var schema = new MappingSchema(nameof(RowMapping));
        schema.AddMetadataReader(new RowMapping());
        AddWords<HealthWord>(schema);
        AddWords<DiagnosticWord>(schema);
        AddWords<PakWord>(schema);
        AddWords<AgentWord>(schema);
        return schema;
    }

    private static void AddWords<T>(MappingSchema schema) where T : struct, Enum
    {
        schema.SetConverter<string, T>(Words.Parse<T>);
        schema.SetConverter<string, T?>(text => Words.Parse<T>(text));
    }
}
