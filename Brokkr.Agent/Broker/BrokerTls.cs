using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Brokkr.Agent.Broker;

/// <summary>Whom the agent trusts as its broker, and the certificate that it shows itself.</summary>
internal static class BrokerTls
{
    public static SslClientAuthenticationOptions Of(AgentOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.BrokerCa.Length > 0)
            tls.CertificateChainPolicy = PolicyOf(options.BrokerCa);
        // Read for each connection, so that a renewed certificate counts without a restart.
        if (options.BrokerClientCertificate.Length > 0)
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => X509Certificate2.CreateFromPemFile(options.BrokerClientCertificate, options.BrokerClientKey);
        return tls;
    }

    /// <summary>Only these CAs count, not those that the machine trusts; the broker's name must still be in its certificate.</summary>
    private static X509ChainPolicy PolicyOf(string caFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }
}
