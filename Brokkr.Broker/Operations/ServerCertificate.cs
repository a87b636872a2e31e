using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Operations;

/// <summary>The certificate that the broker shows, and the CA that callers need one of; both as their files say at present.</summary>
internal sealed class ServerCertificate
{
    private readonly TlsOptions _options;
    private readonly ILogger<ServerCertificate> _log;
    private string _read;
    private Loaded _current;

    /// <exception cref="StartException">The files cannot be used; says which settings name them.</exception>
    public ServerCertificate(TlsOptions options, ILogger<ServerCertificate> log)
    {
        (_options, _log) = (options, log);
        try
        {
            _read = Read();
            _current = Load();
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new StartException($"The files of broker.tls.certificate, key and client_ca cannot be used: {e.Message}");
        }
    }

    public SslServerAuthenticationOptions ForConnection()
    {
        var current = Volatile.Read(ref _current);
        return new()
        {
            ServerCertificateContext = current.Certificate,
            ClientCertificateRequired = current.ClientCas.Count > 0,
            CertificateChainPolicy = current.ClientCas.Count > 0 ? PolicyOf(current.ClientCas) : null,
        };
    }

    /// <summary>Takes what the files hold now; where that cannot be used the former stays. Idempotent.</summary>
    internal Task ReloadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            var read = Read();
            if (read == _read)
                return Task.CompletedTask;
            _read = read;
            Volatile.Write(ref _current, Load());
            var until = _current.Certificate.TargetCertificate.NotAfter.ToUniversalTime()
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            OperationsLog.CertificateTaken(_log, until);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            OperationsLog.CertificateKept(_log, e.Message);
        }

        return Task.CompletedTask;
    }

    private static bool IsUnusable(Exception e) =>
        e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException;

    /// <summary>Only these CAs count, not those that the machine trusts.</summary>
    private static X509ChainPolicy PolicyOf(X509Certificate2Collection cas)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(cas);
        policy.ExtraStore.AddRange(cas);
        return policy;
    }

    /// <summary>What the files hold, to see whether they changed: times of files tell too little where links are swapped.</summary>
    private string Read() =>
        string.Join('\0',
        new[] { _options.Certificate, _options.Key, _options.ClientCa }.Select(f => f.Length == 0 ? "" : File.ReadAllText(f)));

    private Loaded Load()
    {
        var files = _read.Split('\0');
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(files[0]);
        var certificate = X509Certificate2.CreateFromPem(files[0], files[1]);
        var cas = new X509Certificate2Collection();
        if (_options.ClientCa.Length > 0)
            cas.ImportFromPem(files[2]);
        return _options.ClientCa.Length > 0 && cas.Count == 0
            ? throw new CryptographicException("there is no certificate in broker.tls.client_ca")
            : new(SslStreamCertificateContext.Create(certificate, [.. chain.Skip(1)], offline: true), cas);
    }

    private sealed record Loaded(SslStreamCertificateContext Certificate, X509Certificate2Collection ClientCas);
}
