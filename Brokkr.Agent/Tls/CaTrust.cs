using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Brokkr.Agent.Tls;

/// <summary>Trust in certain CAs alone, not in those that the machine trusts.</summary>
internal static class CaTrust
{
    /// <summary>
    /// Accepts a server whose certificate one of <paramref name="cas"/> issued and which bears the name that was asked for. A CA need not
    /// be a root:
    /// clusters hand out intermediate ones too. A server that is not accepted is one exception that says why.
    /// </summary>
    public static RemoteCertificateValidationCallback In(X509Certificate2Collection cas) => (_, certificate, given, errors) =>
    {
        if (certificate is not X509Certificate2 shown)
            throw new CertificateRefused("is missing");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new CertificateRefused("is not for the name that was asked for");
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A chain that ends in an intermediate CA has no known root; its end is compared instead.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.CustomTrustStore.AddRange(cas);
        chain.ChainPolicy.ExtraStore.AddRange(given?.ChainPolicy.ExtraStore ?? []);
        var isSound = chain.Build(shown);
        if (chain.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid))
            throw new CertificateRefused("has expired or is not valid yet");
        if (isSound && cas.Any(ca => ca.RawDataMemory.Span.SequenceEqual(chain.ChainElements[^1].Certificate.RawDataMemory.Span)))
            return true;
        throw new CertificateRefused("is of none of the CAs that were named");
    };
}

/// <summary>A server's certificate that is not accepted.</summary>
/// <param name="why">What of it, as the end of a sentence.</param>
internal sealed class CertificateRefused(string why) : AuthenticationException($"The server's certificate {why}.")
{
    public string Why { get; } = why;
}
