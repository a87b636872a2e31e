using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Brokkr.Broker.Storage;

/// <summary>A step of the schema.</summary>
/// <param name="Name">Its file, whose number says its place.</param>
/// <param name="Sql">What it does.</param>
internal sealed record Migration(string Name, string Sql)
{
    private const string Folder = ".Storage.Migrations.";

    /// <summary>Those that this broker knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. Read().OrderBy(m => m.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Whether it is committed by itself, with what came before it committed already: its locks end with it, and what it reads is not
    /// read under the locks of another.
    /// </summary>
    public bool IsAlone => Sql.StartsWith("-- alone:", StringComparison.Ordinal);

    /// <summary>SHA-256 of its lines, in hexadecimal: how they end, are indented and set apart makes no difference.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Sql.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))));

    private static IEnumerable<Migration> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.Contains(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return new(resource[(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..], reader.ReadToEnd());
        }
    }
}
