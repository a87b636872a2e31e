namespace Brokkr.DemoCluster.Demo;

/// <summary>
/// One demo at a time has a directory: another one would take kubeconfig and logs from the first. Given back when the process ends.
/// </summary>
internal static class DemoLock
{
    /// <exception cref="DemoException">Another demo has the directory.</exception>
    public static IDisposable Take(DemoSettings settings)
    {
        try
        {
            // Beside the directory, which --reset deletes.
            return new FileStream($"{settings.Directory.TrimEnd('/')}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DemoException($"Another demo runs on {settings.Directory}: end it first. Its first line says where its console is.");
        }
    }
}
