using System.Reflection;
using Google.Protobuf.Reflection;

namespace Brokkr.Broker.Storage;

/// <summary>The words of the contracts' enums, which the database spells as the contracts do. Pure.</summary>
internal static class Words
{
    public static string Text<T>(this T word) where T : struct, Enum => Table<T>.Texts[word];

    /// <exception cref="ArgumentOutOfRangeException">The contracts do not know the word.</exception>
    public static T Parse<T>(string text) where T : struct, Enum =>
        Table<T>.Words.TryGetValue(text, out var word)
            ? word
            : throw new ArgumentOutOfRangeException(nameof(text), text, $"no {typeof(T)}");

    private static class Table<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Texts = Enum.GetValues<T>().ToDictionary(
            word => word, word => typeof(T).GetField(word.ToString())!.GetCustomAttribute<OriginalNameAttribute>()!.Name);

        public static readonly Dictionary<string, T> Words = Texts.ToDictionary(t => t.Value, t => t.Key, StringComparer.Ordinal);
    }
}
