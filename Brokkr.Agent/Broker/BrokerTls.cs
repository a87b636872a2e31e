using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Brokkr.Agent.Tls;

namespace Brokkr.Agent.Broker;

/// <summary>Whom the agent trusts as its broker, and the certificate that it shows itself.</summary>
internal static class BrokerTls
{
    public static SslClientAuthenticationOptions Of(ConnectionOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.BrokerCa.Length > 0)
            tls.RemoteCertificateValidationCallback = CaTrust.In(CasOf(options.BrokerCa));
        // Read for each connection, so that a renewed certificate counts without a restart.
        if (options.BrokerClientCertificate.Length > 0)
        {
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) =>
                X509Certificate2.CreateFromPemFile(options.BrokerClientCertificate, options.BrokerClientKey);
        }

        return tls;
    }

    private static X509Certificate2Collection CasOf(string file)
    {
        var cas = new X509Certificate2Collection();
        cas.ImportFromPemFile(file);
        return cas;
    }
}
