namespace Brokkr.Contracts.Text;

/// <summary>
/// Remembers short texts that came back from a cleaning as they were: names, words and sentences of a fleet are the same again and again,
/// and looking a text up takes a twentieth of cleaning it. Holds a bounded number of texts, of which a newer one takes the place of
/// another, and none in which anything was found. Thread-safe.
/// </summary>
internal static class PlainTexts
{
    /// <summary>In characters; below every bound of a text.</summary>
    internal const int Longest = 128;

    /// <summary>A power of two.</summary>
    private const int Places = 4096;

    private static readonly string?[] Known = new string?[Places];

    public static bool Has(string text) => text.Length <= Longest && string.Equals(Volatile.Read(ref PlaceOf(text)), text);

    public static void Add(string text)
    {
        if (text.Length <= Longest)
            Volatile.Write(ref PlaceOf(text), text);
    }

    /// <summary>By a hash that nobody outside can foresee.</summary>
    private static ref string? PlaceOf(string text) => ref Known[text.GetHashCode() & (Places - 1)];
}
