using System.IO.Compression;
using System.Text.Json.Nodes;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary>A diagnostic as an archive: the answer, the page for people, and a file for each log. Pure.</summary>
internal static class DiagnosticZip
{
    public static byte[] Of(JsonObject answer, Diagnostic diagnostic)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            var at = diagnostic.Result!.CollectedAt;
            Add(zip, "diagnostic.json", JsonText.Of(answer), at);
            Add(zip, "diagnostic.md", DiagnosticMarkdown.Of(diagnostic), at);
            foreach (var (container, lines) in diagnostic.Result.LogTails)
                Add(zip, $"logs/{Safe(container)}.log", string.Join('\n', lines), at);
            foreach (var (container, lines) in diagnostic.Result.PreviousLogTails)
                Add(zip, $"logs/{Safe(container)}.previous.log", string.Join('\n', lines), at);
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, string text, DateTimeOffset at)
    {
        var entry = zip.CreateEntry(name);
        // The format knows no year before.
        entry.LastWriteTime = at.Year < 1980 ? new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero) : at;
        using var writer = new StreamWriter(entry.Open());
        writer.Write(text.TrimEnd('\n') + "\n");
    }

    /// <summary><c>pod/container</c> as one name of a file, wherever it is unpacked.</summary>
    private static string Safe(string container) =>
        string.Concat(container.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '_')).TrimStart('.');
}
