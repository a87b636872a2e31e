using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Brokkr.Tests.Broker.Operations;

/// <summary>A CA of a test, a root or below another, and what it issues, as PEM files in a directory of their own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-tls-").FullName;
    private readonly X509Certificate2 _ca;

    public TestCertificates(TestCertificates? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(issuer is null ? "CN=Brokkr test CA" : "CN=Brokkr test intermediate CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _ca = issuer is null
            ? request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(2))
            : request.Create(issuer._ca, issuer._ca.NotBefore, issuer._ca.NotAfter, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
        File.WriteAllText(Ca, _ca.ExportCertificatePem());
    }

    public string Ca => Path.Combine(_directory, "ca.pem");

    public string Certificate => Path.Combine(_directory, "tls.crt");

    public string Key => Path.Combine(_directory, "tls.key");

    /// <summary>Issues a certificate for this machine into the two files, and answers its thumbprint.</summary>
    public string Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=brokkr", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_ca, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Certificate, issued.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        return issued.Thumbprint;
    }

    public void Dispose()
    {
        _ca.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
