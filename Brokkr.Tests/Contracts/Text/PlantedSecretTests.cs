using System.Text;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>No secret of the corpus gets through, in whatever place it stands.</summary>
public sealed class PlantedSecretTests
{
    [Fact]
    public void Every_planted_secret_is_taken_out_and_stays_out()
    {
        var (random, missed) = (new Random(20260117), new List<string>());
        foreach (var form in PlantedSecrets.Forms)
        {
            for (var round = 0; round < 20; round++)
            {
                var (text, secrets) = PlantedSecrets.Fill(form, random);
                var around = (round % 4) switch
                {
                    0 => text,
                    1 => $"2026-01-15T10:30:00Z INFO {text}",
                    2 => $"before\n{text}\nafter",
                    _ => $"{text} and more",
                };
                var once = LogCleaner.Clean(Encoding.UTF8.GetBytes(around), 100, new Dictionary<string, int>()).Lines;
                var counts = new Dictionary<string, int>();
                var twice = LogCleaner.Clean(once, 100, counts).Lines;

                var all = string.Join('\n', once);
                if (secrets.Any(s => Leaks(all, s)) || !all.Contains("[redacted:") || !once.SequenceEqual(twice) || counts.Count > 0)
                    missed.Add($"{form}\n      {text}\n   -> {all}\n   -> {string.Join('\n', twice)}");
            }
        }

        PlantedSecrets.Forms.Count.Should().BeGreaterThan(100);
        missed.DistinctBy(m => m.Split('\n')[0]).Should().BeEmpty();
    }

    /// <summary>Eight characters in a row are a leak, and so is a shorter secret as a whole.</summary>
    private static bool Leaks(string text, string secret)
    {
        var length = Math.Min(8, secret.Length);
        return Enumerable.Range(0, secret.Length - length + 1).Any(i => text.Contains(secret.Substring(i, length), StringComparison.Ordinal));
    }
}
