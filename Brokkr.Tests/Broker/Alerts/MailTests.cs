using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Broker.Operations;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Mails arrive at a real SMTP server, over TLS only.</summary>
public sealed class MailTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly int _port = FreePort.Next();
    private readonly CancellationTokenSource _stop = new();
    private readonly Letters _letters = new();

    [Fact]
    public async Task A_mail_says_in_its_subject_what_is_wrong_and_why()
    {
        Start(hasTls: true);
        await using var broker = await StartAsync(_certificates.Ca);
        var path = await GivenReceiverAsync(broker);

        var (_, body) = await broker.RestAsync(HttpMethod.Post, $"{path}/test", broker.AdminPak, "{}");

        body["delivered"]!.GetValue<bool>().Should().BeTrue(body.ToJsonString());
        var mail = _letters.Taken.Should().ContainSingle().Subject;
        mail.Subject.Should().Be("Brokkr: this is a test message");
        mail.To.Mailboxes.Select(m => m.Address).Should().Equal("ops@example.com");
        mail.TextBody.Should().Contain("test message");
        mail.HtmlBody.Should().Contain("<html>").And.Contain("test message");
    }

    [Fact]
    public async Task A_server_that_nobody_trusts_or_that_has_no_TLS_gets_nothing()
    {
        Start(hasTls: true);
        await using var distrustful = await StartAsync("");
        var (_, refused) = await distrustful.RestAsync(HttpMethod.Post, $"{await GivenReceiverAsync(distrustful)}/test", distrustful.AdminPak, "{}");
        refused["error"]!.GetValue<string>().Should().Contain("certificate");

        await using var inside = await BrokerFixture.StartAsync(_ => { });
        var (_, closed) = await inside.RestAsync(HttpMethod.Post, $"{await GivenReceiverAsync(inside)}/test", inside.AdminPak, "{}");
        closed["error"]!.GetValue<string>().Should().Contain("private or reserved address", "mail servers are looked at like all others");
        _letters.Taken.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_TLS_nothing_is_sent()
    {
        Start(hasTls: false);
        await using var broker = await StartAsync(_certificates.Ca);
        var (_, body) = await broker.RestAsync(HttpMethod.Post, $"{await GivenReceiverAsync(broker)}/test", broker.AdminPak, "{}");
        body["error"]!.GetValue<string>().Should().Contain("offers no TLS");
        _letters.Taken.Should().BeEmpty();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _certificates.Dispose();
    }

    private static Task<BrokerFixture> StartAsync(string ca) =>
        BrokerFixture.StartAsync(o => (o.Alerts.AllowedNetworks, o.Alerts.CaFile) = (["127.0.0.0/8", "::1"], ca));

    private async Task<string> GivenReceiverAsync(BrokerFixture broker)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-receivers", broker.AdminPak, new JsonObject
        {
            ["name"] = "mail",
            ["kind"] = "email",
            ["mail"] = new JsonObject
            {
                ["host"] = "127.0.0.1",
                ["port"] = _port,
                ["from"] = "brokkr@example.com",
                ["to"] = new JsonArray("ops@example.com"),
            },
        }.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
        return $"/api/v1/alert-receivers/{body["receiver"]!["id"]}";
    }

    private void Start(bool hasTls)
    {
        _certificates.Issue();
        var services = new ServiceProvider();
        services.Add(_letters);
        var options = new SmtpServerOptionsBuilder().ServerName("mail.example.com").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new(System.Net.IPAddress.Loopback, _port));
            if (hasTls)
                endpoint.Certificate(X509Certificate2.CreateFromPemFile(_certificates.Certificate, _certificates.Key));
        }).Build();
        _ = new global::SmtpServer.SmtpServer(options, services).StartAsync(_stop.Token);
    }

    /// <summary>What the server took.</summary>
    private sealed class Letters : MessageStore
    {
        public ConcurrentQueue<MimeMessage> Taken { get; } = new();

        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            Taken.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
            return SmtpResponse.Ok;
        }
    }
}
