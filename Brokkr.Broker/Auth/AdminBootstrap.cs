using Brokkr.Contracts;

namespace Brokkr.Broker.Auth;

/// <summary>Gives the first start an admin key, in a file that only its owner reads.</summary>
internal sealed class AdminBootstrap(PakStore paks, BrokerOptions options, ILogger<AdminBootstrap> log)
{
    private const string KeyName = "bootstrap";

    /// <summary>Idempotent: where an admin key is in force nothing happens. The file is written first, so that no key is lost.</summary>
    public async Task EnsureAdminAsync(CancellationToken ct)
    {
        var path = Path.GetFullPath(options.AdminPakFile);
        var pak = Pak.Create(PakRole.Admin);
        var draft = $"{path}.{pak.Id}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            var write = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            await using (var file = new StreamWriter(draft, write))
                await file.WriteLineAsync(pak.Reveal().AsMemory(), ct);
            if (!await paks.AddFirstAdminAsync(pak, KeyName, ct))
                return;
            File.Move(draft, path, overwrite: true);
            AuthLog.AdminPakWritten(log, path);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
