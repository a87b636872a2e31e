using System.Globalization;

namespace Brokkr.Tests.Architecture;

/// <summary>A source of a project as it lies in the repository; what builds generate is none.</summary>
/// <param name="Project">The project's name, which is its folder's.</param>
/// <param name="Path">Within the project, with slashes.</param>
/// <param name="Text">What it says.</param>
internal sealed record SourceFile(string Project, string Path, string Text)
{
    public static readonly IReadOnlyList<string> Programs = ["Brokkr.Contracts", "Brokkr.Agent", "Brokkr.Broker", "Brokkr.Cli", "Brokkr.DemoCluster",
        "Brokkr.Bench"];

    /// <summary>The folder within the project; empty for what lies at its root.</summary>
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public static IReadOnlyList<SourceFile> Of(string project)
    {
        var root = System.IO.Path.Combine(RepositoryRoot.Path, project);
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(file => (File: file, Path: System.IO.Path.GetRelativePath(root, file).Replace('\\', '/')))
                .Where(f => f.Path.Split('/')[0] is not ("bin" or "obj"))
                .OrderBy(f => f.Path, StringComparer.Ordinal)
                .Select(f => new SourceFile(project, f.Path, File.ReadAllText(f.File))),
        ];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Project}/{Path}");
}
