using System.Collections;
using System.Reflection;
using System.Text.Json;
using Brokkr.Cli.Rest;
using Google.Protobuf.Reflection;

namespace Brokkr.Tests.Cli;

/// <summary>The command reads what the contracts say, and nothing else.</summary>
public sealed class AnswerTests
{
    private static readonly Dictionary<string, MessageDescriptor> Messages = typeof(Wire.Agent).Assembly.GetTypes()
        .Where(t => t.Namespace == "Brokkr.V1" && typeof(Google.Protobuf.IMessage).IsAssignableFrom(t))
        .Select(t => (MessageDescriptor)t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
        .ToDictionary(m => m.Name);

    public static TheoryData<string> Records =>
        [.. typeof(Self).Assembly.GetTypes().Where(t => t.Namespace == typeof(Self).Namespace && t.GetMethod("<Clone>$") is not null).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_named_and_spelled_as_in_the_contract(string name)
    {
        var type = typeof(Self).Assembly.GetType($"{typeof(Self).Namespace}.{name}")!;
        var message = Messages.Should().ContainKey(name).WhoseValue;

        foreach (var property in type.GetProperties())
        {
            var field = message.Fields.InDeclarationOrder().SingleOrDefault(f => f.JsonName == JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            field.Should().NotBeNull($"{name}.{property.Name} is read");
            var isList = property.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(property.PropertyType);
            isList.Should().Be(field!.IsRepeated || field.IsMap, $"{name}.{property.Name}");
        }
    }

    [Fact]
    public void The_records_are_found() => Records.Should().HaveCountGreaterThan(15);
}
