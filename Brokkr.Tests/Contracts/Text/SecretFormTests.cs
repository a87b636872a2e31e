using System.Text;
using System.Text.Json;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>
/// The forms in which secrets stand in logs, and lines that only look alike. The forms are in base64, so that scanners take none for a real one.
/// </summary>
public sealed class SecretFormTests
{
    /// <summary>Forms of which something may stay, each with its reason. None bears so little sign that it has to.</summary>
    private static readonly Dictionary<string, string> MayRemain = [];

    [Theory]
    [InlineData("forms.jsonl.b64")]
    [InlineData("more-forms.jsonl.b64")]
    [InlineData("further-forms.jsonl.b64")]
    public void No_part_of_a_secret_is_left(string file)
    {
        var left = new List<string>();
        foreach (var form in File.ReadLines(PathOf(file)).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(Convert.FromBase64String(l)).RootElement))
        {
            var given = string.Join('\n', form.GetProperty("lines").EnumerateArray().Select(l => l.GetString()));
            var once = Cleaned(given);
            if (form.GetProperty("secrets").EnumerateArray().Any(s => Leaks(once, s.GetString()!)))
                left.Add($"{form.GetProperty("form").GetString()}: {once}");
            Cleaned(once).Should().Be(once, "a second pass finds nothing");
        }

        left.Where(l => !MayRemain.ContainsKey(l[..l.IndexOf(':')])).Should().BeEmpty();
    }

    [Theory]
    [InlineData("look-alikes.txt")]
    [InlineData("more-look-alikes.txt")]
    [InlineData("further-look-alikes.txt")]
    public void No_line_that_only_looks_alike_is_touched(string file)
    {
        var lines = File.ReadAllLines(PathOf(file)).Where(l => l.Length > 0).ToList();

        lines.Where(l => Cleaned(l) != l).Select(Cleaned).Should().BeEmpty();
        lines.Count.Should().BeGreaterThan(80);
    }

    private static string PathOf(string file) => Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "secrets", file);

    private static string Cleaned(string text) => string.Join('\n', LogCleaner.Clean(Encoding.UTF8.GetBytes(text), 1000, new Dictionary<string, int>()).Lines);

    /// <summary>Six characters in a row are a leak, and so is a shorter secret as a whole.</summary>
    private static bool Leaks(string text, string secret)
    {
        var length = Math.Min(6, secret.Length);
        return Enumerable.Range(0, secret.Length - length + 1).Any(i => text.Contains(secret.Substring(i, length), StringComparison.Ordinal));
    }
}
