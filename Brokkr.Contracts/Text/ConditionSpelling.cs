using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Makes a reason fit to be a condition: Kubernetes spells them of letters, digits and a few signs, and clusters may say anything. Pure,
/// idempotent.
/// </summary>
public static class ConditionSpelling
{
    private const char Substitute = '_';

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:/=[]");

    /// <summary>At most 64 characters, each other one than those of the alphabet replaced.</summary>
    public static string Of(string word)
    {
        var bounded = word.Length <= Limits.ConditionLength ? word : word[..Limits.ConditionLength];
        return bounded.AsSpan().ContainsAnyExcept(Alphabet)
            ? string.Create(bounded.Length, bounded, (clean, given) =>
            {
                for (var i = 0; i < given.Length; i++)
                    clean[i] = Alphabet.Contains(given[i]) ? given[i] : Substitute;
            })
            : bounded;
    }
}
