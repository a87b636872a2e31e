using System.Text.Json;

namespace Brokkr.DemoCluster.Api.Json;

/// <summary>Reads single values out of objects of any kind. Pure.</summary>
internal static class JsonPath
{
    /// <summary>The element at a dotted path, or null.</summary>
    public static JsonElement? At(this JsonElement element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }
        return element;
    }

    /// <summary>The text of the scalar at a dotted path; empty when there is none.</summary>
    public static string TextAt(this JsonElement element, string path) => element.At(path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } scalar => scalar.GetRawText(),
        _ => "",
    };

    /// <summary>The elements of the list at a dotted path; none when it is no list.</summary>
    public static IEnumerable<JsonElement> ItemsAt(this JsonElement element, string path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
