using System.Text;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Broker.Fleet;

/// <summary>Decides whether a text can be the manifests of a deployment object. Pure.</summary>
internal static class ManifestCheck
{
    /// <summary>What is wrong with a text; null where nothing is.</summary>
    public static ManifestFlaw? Find(string yaml)
    {
        if (Encoding.UTF8.GetByteCount(yaml) > Limits.ManifestBytes)
            return new(IsTooLarge: true, $"is larger than {Limits.ManifestBytes} bytes: split it into several deployment objects.");
        if (yaml.Contains('\0', StringComparison.Ordinal))
            return new(IsTooLarge: false, "holds a NUL character: remove it.");
        try
        {
            ManifestReader.Read(yaml);
            return null;
        }
        catch (ManifestException e)
        {
            return new(IsTooLarge: false, $"cannot be read at line {e.Line}, column {e.Column}: {e.Message}.");
        }
    }
}

/// <summary>Why a text cannot be manifests.</summary>
/// <param name="IsTooLarge">Whether it has more than is permitted.</param>
/// <param name="Sentence">For people; whatever holds the text comes before it.</param>
internal sealed record ManifestFlaw(bool IsTooLarge, string Sentence);
