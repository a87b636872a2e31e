namespace Brokkr.Cli.Contexts;

/// <summary>Files with keys in them: for their owner alone, from the first moment on.</summary>
internal static class OwnFile
{
    public static void Write(string path, string text)
    {
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (File.Exists(path))
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var file = new StreamWriter(path, create);
        file.WriteLine(text);
    }
}
