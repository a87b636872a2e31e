using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Broker.Fleet;

/// <summary>Decides whether a text can be the manifests of a deployment object. Pure.</summary>
internal static class ManifestCheck
{
    /// <summary>Mistakes that are told in one sentence; more are of no use there.</summary>
    private const int MostTold = 20;

    /// <summary>Everything that is wrong with a text, in the order of its lines; none where nothing is.</summary>
    public static IReadOnlyList<ManifestFlaw> Find(string yaml)
    {
        if (Encoding.UTF8.GetByteCount(yaml) > Limits.ManifestBytes)
            return [new(0, 0, $"is larger than {Limits.ManifestBytes} bytes: split it into several deployment objects.", IsTooLarge: true)];
        if (yaml.Contains('\0', StringComparison.Ordinal))
            return [new(0, 0, "holds a NUL character: remove it.")];
        return [.. ManifestReader.Check(yaml).Select(p => new ManifestFlaw((int)p.Line, (int)p.Column, $"{p.Message}."))];
    }

    /// <summary>What is wrong, for people; whatever holds the text comes before it.</summary>
    public static string Tell(IReadOnlyList<ManifestFlaw> flaws)
    {
        if (flaws[0].IsOfAll)
            return flaws[0].Message;
        var told = string.Join(" And ", flaws.Take(MostTold).Select(f => $"at line {f.Line}, column {f.Column}: {f.Message}"));
        return $"cannot be read {told}{(flaws.Count > MostTold ? $" And in {flaws.Count - MostTold} more places." : "")}";
    }
}

/// <summary>Why a text cannot be manifests.</summary>
/// <param name="Line">The line, from 1; 0 where the text as a whole is meant.</param>
/// <param name="Column">The column, from 1; 0 where the text as a whole is meant.</param>
/// <param name="Message">A sentence; without its beginning where the text as a whole is meant.</param>
/// <param name="IsTooLarge">Whether it has more than is permitted.</param>
internal sealed record ManifestFlaw(int Line, int Column, string Message, bool IsTooLarge = false)
{
    /// <summary>Whether the text as a whole is meant.</summary>
    public bool IsOfAll => Line == 0;
}
