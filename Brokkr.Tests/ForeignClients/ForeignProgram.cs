using System.Diagnostics;

namespace Brokkr.Tests.ForeignClients;

/// <summary>A program that is not ours: runs it to its end.</summary>
internal static class ForeignProgram
{
    /// <summary>Answers what it wrote to standard output; it must have ended well.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string directory, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, $"{output}{await errors}");
        return output.Trim();
    }

    /// <summary>A folder under tools whose packages npm has installed.</summary>
    public static string ToolFolder(string name)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tools", name);
        Directory.Exists(Path.Combine(folder, "node_modules")).Should().BeTrue("./test installs what it needs: run it once");
        return folder;
    }
}
