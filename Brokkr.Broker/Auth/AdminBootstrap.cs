using Brokkr.Broker.Storage;
using Brokkr.Contracts;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Sees to an admin key: one that was made beforehand, or one that the first start makes and writes to a file that only its owner reads.
/// </summary>
internal sealed class AdminBootstrap(AdminPakStore paks, AuthOptions options, ILogger<AdminBootstrap> log)
{
    private const string KeyName = "bootstrap";

    /// <summary>Idempotent, on however many brokers.</summary>
    /// <exception cref="StartException">The file with the key cannot be used; says what is right, and nothing of what it holds.</exception>
    public Task EnsureAdminAsync(CancellationToken ct) => options.BootstrapPakFile.Length > 0
        ? TakeAsync(options.BootstrapPakFile, ct)
        : MakeAsync(ct);

    /// <summary>
    /// Takes the key that the file holds, whatever other admin keys there are. One that was revoked or has expired stays so.
    /// </summary>
    private async Task TakeAsync(string path, CancellationToken ct)
    {
        if (!Pak.TryParse(await ReadAsync(path, ct), out var pak) || pak.Role != PakRole.Admin)
            throw new StartException($"broker.bootstrap_pak_file names {path}, which must hold one admin PAK (brokkr_adm_…) and nothing "
                + "else: make one with brokkr-broker --new-admin-pak.");
        if (!await paks.AddAdminAsync(pak, KeyName, ct))
            AuthLog.BootstrapPakNotInForce(log, path);
    }

    private static async Task<string> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, ct)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StartException.OfFile("broker.bootstrap_pak_file", path, "read", e);
        }
    }

    /// <summary>Where an admin key is in force nothing happens. The file is written first, so that no key is lost.</summary>
    private async Task MakeAsync(CancellationToken ct)
    {
        var path = Path.GetFullPath(options.AdminPakFile);
        var pak = Pak.Create(PakRole.Admin);
        var draft = $"{path}.{pak.Id}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var write = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
            };
            await using (var file = new StreamWriter(draft, write))
                await file.WriteLineAsync(pak.Reveal().AsMemory(), ct);
            if (!await paks.AddFirstAdminAsync(pak, KeyName, ct))
                return;
            File.Move(draft, path, overwrite: true);
            AuthLog.AdminPakWritten(log, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StartException.OfFile("broker.admin_pak_file", path, "written", e);
        }
        finally
        {
            if (File.Exists(draft))
                File.Delete(draft);
        }
    }
}
