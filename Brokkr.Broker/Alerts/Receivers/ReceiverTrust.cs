using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>Which certificates of receivers count: those that the machine trusts, and those of CAs that the settings name.</summary>
internal sealed class ReceiverTrust
{
    private readonly X509Certificate2Collection _cas = [];

    /// <exception cref="StartException">The file of CAs cannot be read, or holds none.</exception>
    public ReceiverTrust(AlertOptions options)
    {
        if (options.CaFile.Length == 0)
            return;
        try
        {
            _cas.ImportFromPemFile(options.CaFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartException($"broker.alerts.ca_file: {options.CaFile} cannot be read: {e.Message}");
        }

        if (_cas.Count == 0)
            throw new StartException($"broker.alerts.ca_file: {options.CaFile} holds no certificate in PEM.");
    }

    /// <summary>Whether a certificate bears the name that was asked for and is issued by whom it should be.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? given, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || _cas.Count == 0 || certificate is not X509Certificate2 shown)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(_cas);
        chain.ChainPolicy.ExtraStore.AddRange(given?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(shown);
    }
}
