namespace Brokkr.Tests;

/// <summary>Finds files of the repository from wherever the tests run.</summary>
internal static class RepositoryRoot
{
    public static readonly string Directory = Find(AppContext.BaseDirectory);

    public static string File(params string[] path) => Path.Combine([Directory, .. path]);

    private static string Find(string from) =>
        System.IO.File.Exists(Path.Combine(from, "Brokkr.sln")) ? from : Find(Path.GetDirectoryName(from) ?? throw new InvalidOperationException("Brokkr.sln is not above the tests."));
}
