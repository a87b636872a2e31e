using Brokkr.Contracts;

namespace Brokkr.Broker.Operations;

/// <summary>Sees to it that new connections get the certificate that the files hold now.</summary>
internal sealed class CertificateWatcher(ServerCertificate certificate, TimeProvider clock, ILogger<CertificateWatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(Interval, clock, certificate.ReloadAsync, log, stoppingToken);
}
