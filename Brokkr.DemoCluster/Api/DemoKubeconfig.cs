using System.Text;

namespace Brokkr.DemoCluster.Api;

/// <summary>Writes the file by which clients find this server.</summary>
internal static class DemoKubeconfig
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces the file. It holds a token, so only its owner may read it.</summary>
    public static void Write(string path, string serverUrl, string? token)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new StreamWriter(path, Encoding.UTF8, options);
        file.Write(Text(serverUrl, token));
    }

    /// <summary>Pure. A server without a token of its own takes any, and clients want to send one.</summary>
    public static string Text(string serverUrl, string? token) => $"""
        apiVersion: v1
        kind: Config
        current-context: brokkr-demo
        clusters:
        - name: brokkr-demo
          cluster:
            server: "{serverUrl}"
        contexts:
        - name: brokkr-demo
          context:
            cluster: brokkr-demo
            user: brokkr-demo
        users:
        - name: brokkr-demo
          user:
            token: "{token ?? "any-token"}"

        """;
}
