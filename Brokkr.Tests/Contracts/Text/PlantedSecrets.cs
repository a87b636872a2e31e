using System.Text;
using System.Text.RegularExpressions;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>The corpus of planted secrets: texts, and the secrets in them.</summary>
internal static partial class PlantedSecrets
{
    private const string Alphanumeric = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public static IReadOnlyList<string> Forms { get; } =
    [
        .. File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "secrets", "planted.txt"))
        .Where(l => l.Length > 0 && !l.StartsWith('#')),
    ];

    public static (string Text, IReadOnlyList<string> Secrets) Fill(string form, Random random)
    {
        var filled = Blank().Replace(form, m => Invent(m.Groups[1].Value[0], m.Groups[2].Value is { Length: > 0 } n ? int.Parse(n) : 0, random))
            .Replace('⏎', '\n').Replace('␛', '\u001b');
        return (filled.Replace("«", "").Replace("»", ""), [.. Marked().Matches(filled).Select(m => m.Groups[1].Value)]);
    }

    private static string Invent(char sort, int length, Random random)
    {
        if (sort == 'c')
            return Convert.ToBase64String(Encoding.ASCII.GetBytes($"ann:{Invent('a', random.Next(4, 20), random)}"));
        var letters = sort switch
        {
            'h' => "0123456789abcdef",
            'u' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            'b' => Alphanumeric + "+/",
            'p' => Alphanumeric + "!#$%*+-./?@^_~",
            _ => Alphanumeric,
        };
        // A letter and a digit at least, as any generator of passwords sees to.
        return length < 2 ? "x" : $"{(sort == 'u' ? 'A' : 'a')}{random.GetString(letters, length - 2)}7";
    }

    [GeneratedRegex("%([ahubpc])([0-9]*)")]
    private static partial Regex Blank();

    [GeneratedRegex("«([^»]*)»")]
    private static partial Regex Marked();
}
