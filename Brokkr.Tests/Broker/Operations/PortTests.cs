using System.Net;
using Brokkr.Broker;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Tests.Broker.Operations;

public sealed class PortTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/api/v1/stacks", 404)]
    [InlineData("/healthz/../api/v1/stacks", 404)]
    [InlineData("/openapi/v1.json", 404)]
    [InlineData("/docs", 404)]
    [InlineData("/", 404)]
    public async Task The_management_port_answers_probes_and_nothing_of_the_api(string path, int expected)
    {
        using var http = new HttpClient
        {
            BaseAddress = broker.Urls[2],
            DefaultRequestHeaders = { Authorization = new("Bearer", broker.AdminPak), Host = $"localhost:{broker.Urls[0].Port}" }
        };

        using var response = await http.GetAsync(path);

        ((int)response.StatusCode).Should().Be(expected);
    }

    [Fact]
    public async Task Metrics_are_not_on_the_port_of_the_api() =>
        (await broker.RestAsync(HttpMethod.Get, "/metrics", broker.AdminPak)).Status.Should().Be(404);

    [Fact]
    public void Other_hosts_reach_the_management_port_and_without_tls_nothing_else()
    {
        var options = new BrokerOptions();

        (options.CleartextAddress, options.SecureAddress, options.ParsedManagementAddress).Should()
            .Be((IPAddress.Loopback, (IPAddress?)null, (IPAddress?)null));
        new BrokerOptions { AllowCleartext = true }.CleartextAddress.Should().BeNull();
        new BrokerOptions { AllowCleartext = true, ListenAddress = "10.0.0.7" }.CleartextAddress.Should().Be(IPAddress.Parse("10.0.0.7"));
        new BrokerOptions { ListenAddress = "10.0.0.7", Tls = { Certificate = "c", Key = "k" } }.CleartextAddress.Should().Be(IPAddress.Loopback);
        new BrokerOptions { ListenAddress = "::1" }.CleartextAddress.Should().Be(IPAddress.IPv6Loopback);
    }

    [Theory]
    [InlineData("broker.listen_address is not loopback", "ListenAddress", "10.0.0.7")]
    [InlineData("broker.listen_address must be an IP address", "ListenAddress", "broker.example.com")]
    [InlineData("broker.management_address must be an IP address", "ManagementAddress", "x")]
    [InlineData("broker.tls.certificate and broker.tls.key belong together", "Tls.Certificate", "c.pem")]
    [InlineData("broker.tls.client_ca needs TLS", "Tls.ClientCa", "ca.pem")]
    [InlineData("broker.trusted_proxies must hold", "TrustedProxies", "proxy")]
    [InlineData("broker.cors_origins must hold", "CorsOrigins", "*")]
    [InlineData("broker.cors_origins must hold", "CorsOrigins", "https://a.example/path")]
    public void Settings_that_contradict_each_other_stop_the_start(string sentence, string setting, string value)
    {
        var options = new BrokerOptions();
        switch (setting)
        {
            case "ListenAddress": options.ListenAddress = value; break;
            case "ManagementAddress": options.ManagementAddress = value; break;
            case "Tls.Certificate": options.Tls.Certificate = value; break;
            case "Tls.ClientCa": options.Tls.ClientCa = value; break;
            case "TrustedProxies": options.TrustedProxies.Add(value); break;
            default: options.CorsOrigins.Add(value); break;
        }

        options.Invoking(o => o.RequireUsable()).Should().Throw<ConfigurationException>().WithMessage($"{sentence}*");
    }

    [Fact]
    public void Ports_that_clash_name_each_other_and_every_flaw_is_told()
    {
        var options = new BrokerOptions { HttpPort = 8081, ListenAddress = "x", TlsPort = 8081 };

        options.Invoking(o => o.RequireUsable()).Should().Throw<ConfigurationException>().Which.Message.Split('\n').Should().SatisfyRespectively(
            first => first.Should().StartWith("broker.listen_address must be an IP address"),
            second => second.Should().Be("broker.http_port and broker.grpc_port are both 8081: give one of them another port."));
    }

    [Fact]
    public void Settings_that_fit_start()
    {
        new BrokerOptions().Invoking(o => o.RequireUsable()).Should().NotThrow();
        new BrokerOptions
        {
            ListenAddress = "0.0.0.0",
            AllowCleartext = true,
            TrustedProxies = ["10.0.0.7", "fd00::/8"],
            CorsOrigins = ["https://console.example.com", "http://localhost:3000"],
        }.Invoking(o => o.RequireUsable()).Should().NotThrow();
    }
}
