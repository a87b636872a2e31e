using Brokkr.Cli.Terminal;
using Brokkr.Contracts;

namespace Brokkr.Cli.Fleet;

/// <summary>Manifests for one deployment object.</summary>
internal sealed record ManifestBundle(string Name, string Yaml);

/// <summary>Reads manifests from where the command line says.</summary>
internal static class ManifestFiles
{
    /// <param name="path">A file, a directory, or <c>-</c>.</param>
    /// <param name="name">What the deployment object is called; by their names the files of a directory where it is null.</param>
    /// <param name="input">Standard input.</param>
    public static IReadOnlyList<ManifestBundle> Read(string path, string? name, TextReader input)
    {
        if (path == "-")
            return [new(name ?? throw new CommandException(ExitCodes.Usage, "What comes from standard input needs a --name.",
                "As in brokkr submit shop -f - --name web"),
                Text(path, input))];
        if (!Directory.Exists(path))
            return [new(name ?? Path.GetFileNameWithoutExtension(path), Text(path, input))];
        var files = Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json")
            .Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw new CommandException(ExitCodes.Usage, $"There is no file of manifests (.yaml, .yml, .json) in {path}.",
                "-f names a file, or a directory with such files in it.");
        return name is null
            ? [.. files.Select(f => new ManifestBundle(Path.GetFileNameWithoutExtension(f), Text(f, input)))]
            : [new(name, string.Join("\n---\n", files.Select(f => Text(f, input))))];
    }

    private static string Text(string path, TextReader input)
    {
        try
        {
            var text = path == "-" ? input.ReadToEnd() : File.ReadAllText(path);
            return text.Length <= Limits.ManifestBytes
                ? text
                : throw new CommandException(ExitCodes.Usage,
                    $"{path} is larger than {Limits.ManifestBytes / 1024} KiB, which is the most for a deployment object.",
                    "Split it into several.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, $"{path} cannot be read: {e.Message}",
                "-f names a file, a directory, or - for standard input.");
        }
    }
}
