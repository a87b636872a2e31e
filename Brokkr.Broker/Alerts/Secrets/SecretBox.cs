using System.Security.Cryptography;
using System.Text;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Secrets;

/// <summary>
/// Encrypts what the database must not hold in clear, by AES-GCM. A ciphertext names its key, so that a second one may follow the first:
/// the first line of the key file encrypts, all of them decrypt.
/// </summary>
internal sealed class SecretBox
{
    private const int KeyBytes = 32, KeyIdBytes = 4, NonceBytes = 12, TagBytes = 16;
    private const int HeadBytes = KeyIdBytes + NonceBytes + TagBytes;

    private readonly List<Key> _keys;

    private SecretBox(List<Key> keys) => _keys = keys;

    /// <summary>Whether there is a key to encrypt with.</summary>
    public bool CanSeal => _keys.Count > 0;

    /// <param name="file">A file with a key of 32 bytes in Base64 on each line; empty for none.</param>
    /// <exception cref="StartException">The file cannot be read, or holds no keys.</exception>
    public static SecretBox Open(string file)
    {
        if (file.Length == 0)
            return new([]);
        try
        {
            var lines = File.ReadAllLines(file).Where(l => l.Trim().Length > 0).ToList();
            var keys = lines.ConvertAll(l => KeyOf(l.Trim(), file));
            return keys.Count > 0 ? new(keys) : throw NoKeys(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"broker.secrets_key_file: {file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Makes a file with a new key that only its owner reads, where there is none.</summary>
    public static void Ensure(string file)
    {
        if (File.Exists(file))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var made = $"{file}.{Guid.NewGuid():N}";
        using (var stream = new FileStream(made, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
        }

        File.Move(made, file, overwrite: false);
    }

    /// <exception cref="ApiError">There is no key to encrypt with.</exception>
    public void RequireKey()
    {
        if (!CanSeal)
            throw Errors.Precondition("no_secrets_key",
                "The broker has no key to encrypt secrets with: set broker.secrets_key_file to a file that `openssl rand -base64 32` filled.");
    }

    /// <summary>Encrypts a text for one place, and nowhere else can it be decrypted.</summary>
    public byte[] Seal(string text, Guid place)
    {
        var key = _keys[0];
        var plain = Encoding.UTF8.GetBytes(text);
        var whole = new byte[HeadBytes + plain.Length];
        key.Id.CopyTo(whole.AsSpan());
        var nonce = whole.AsSpan(KeyIdBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, TagBytes);
        aes.Encrypt(nonce, plain, whole.AsSpan(HeadBytes), whole.AsSpan(KeyIdBytes + NonceBytes, TagBytes), place.ToByteArray());
        return whole;
    }

    /// <summary>Whether a text was encrypted with the key that encrypts now.</summary>
    public bool IsCurrent(byte[] whole) => CanSeal && whole.AsSpan().StartsWith(_keys[0].Id);

    /// <summary>Decrypts a text of a place; null where its key is not here, or it was not made for that place.</summary>
    public string? Unseal(byte[] whole, Guid place)
    {
        if (whole.Length < HeadBytes || _keys.Find(k => whole.AsSpan(0, KeyIdBytes).SequenceEqual(k.Id)) is not { } key)
            return null;
        try
        {
            var plain = new byte[whole.Length - HeadBytes];
            using var aes = new AesGcm(key.Bytes, TagBytes);
            aes.Decrypt(whole.AsSpan(KeyIdBytes, NonceBytes), whole.AsSpan(HeadBytes), whole.AsSpan(KeyIdBytes + NonceBytes, TagBytes),
                plain,
                place.ToByteArray());
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static Key KeyOf(string line, string file)
    {
        var bytes = new byte[KeyBytes + 1];
        return Convert.TryFromBase64String(line, bytes, out var written) && written == KeyBytes
            ? new(SHA256.HashData(bytes.AsSpan(0, KeyBytes))[..KeyIdBytes], bytes[..KeyBytes])
            : throw NoKeys(file);
    }

    private static StartException NoKeys(string file) => new(
        $"broker.secrets_key_file: {file} must hold a key of {KeyBytes} bytes in Base64 on each line, as `openssl rand -base64 "
        + $"{KeyBytes}` makes it.");

    private sealed record Key(byte[] Id, byte[] Bytes);
}
