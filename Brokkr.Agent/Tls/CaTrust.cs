using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Brokkr.Agent.Tls;

/// <summary>Trust in certain CAs alone, not in those that the machine trusts.</summary>
internal static class CaTrust
{
    /// <summary>
    /// Accepts a server whose certificate one of <paramref name="cas"/> issued and which bears the name that was asked for. A CA need not
    /// be a root:
    /// clusters hand out intermediate ones too.
    /// </summary>
    public static RemoteCertificateValidationCallback In(X509Certificate2Collection cas) => (_, certificate, given, errors) =>
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0 || certificate is not X509Certificate2 shown)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A chain that ends in an intermediate CA has no known root; its end is compared instead.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.CustomTrustStore.AddRange(cas);
        chain.ChainPolicy.ExtraStore.AddRange(given?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(shown)
            && cas.Any(ca => ca.RawDataMemory.Span.SequenceEqual(chain.ChainElements[^1].Certificate.RawDataMemory.Span));
    };
}
