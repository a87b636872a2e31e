using System.Net;
using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Settings;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Messages go to addresses that were looked at, and never inside.</summary>
public sealed class DestinationTests
{
    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var alerts = await AlertFixture.StartAsync();
        alerts.Inbox.Answer = context =>
        {
            context.Response.Redirect($"{alerts.Inbox.Url}/elsewhere");
            return Task.CompletedTask;
        };

        var (_, body) = await alerts.Broker.RestAsync(
            HttpMethod.Post, $"/api/v1/alert-receivers/{alerts.ReceiverId}/test", alerts.Broker.AdminPak, "{}");

        body["delivered"]!.GetValue<bool>().Should().BeFalse();
        body["error"]!.GetValue<string>().Should().Contain("leads elsewhere");
        alerts.Inbox.Letters.Should().ContainSingle().Which.Path.Should().Be("/hook");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public async Task Nothing_goes_inside(string address)
    {
        var destinations = new Destinations(new AlertOptions());
        destinations.Allows(IPAddress.Parse(address)).Should().BeFalse();
        var url = new Uri($"https://{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}/hook");
        destinations.RefusalOf(url).Should().NotBeNull();
        var connect = async () => await destinations.ConnectAsync(url.Host, 443, isSecure: true, CancellationToken.None);
        await connect.Should().ThrowAsync<DestinationException>();
    }

    [Theory]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    [InlineData("10.65793")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[0:0:0:0:0:ffff:192.168.0.1]")]
    [InlineData("[::7f00:1]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("127.0.0.1.")]
    [InlineData("localhost.")]
    [InlineData("%31%32%37.0.0.1")]
    [InlineData("１２７.０.０.１")]
    public async Task However_an_address_inside_is_written_nothing_goes_there(string host)
    {
        if (!Uri.TryCreate($"https://{host}/hook", UriKind.Absolute, out var url))
            return;
        var destinations = new Destinations(new AlertOptions());
        using var sender = new HttpSender(destinations, new(new AlertOptions()), TimeProvider.System);

        var outcome = await sender.PostAsync(To(url.ToString()), Guid.NewGuid(), "{}", CancellationToken.None);

        outcome.Error.Should().MatchRegex("private or reserved|name of its host is not known");
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_when_it_is_connected_to()
    {
        var destinations = new Destinations(new AlertOptions());
        destinations.RefusalOf(new("https://localhost/hook")).Should().BeNull("names are looked up when they are used");
        var connect = async () => await destinations.ConnectAsync("localhost", 443, isSecure: true, CancellationToken.None);
        await connect.Should().ThrowAsync<DestinationException>();
    }

    [Fact]
    public async Task What_was_looked_at_is_connected_to_whatever_the_name_says_next()
    {
        await using var inbox = await Inbox.OpenAsync();
        var asked = 0;
        var destinations = new Destinations(new AlertOptions { AllowedNetworks = ["127.0.0.1"] },
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "127.0.0.1" : "127.0.0.2")]));
        var port = new Uri(inbox.Url).Port;

        using (var socket = await destinations.ConnectAsync("hooks.example.com", port, isSecure: true, CancellationToken.None))
            ((IPEndPoint)socket.RemoteEndPoint!).Address.MapToIPv4().Should().Be(IPAddress.Loopback);
        asked.Should().Be(1);
        var again = async () => await destinations.ConnectAsync("hooks.example.com", port, isSecure: true, CancellationToken.None);
        await again.Should().ThrowAsync<DestinationException>("the name leads elsewhere now");
    }

    [Fact]
    public async Task One_address_inside_is_one_too_many_and_http_stays_in_networks_that_are_named()
    {
        var mixed =
            new Destinations(new AlertOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34"), IPAddress.Parse("10.0.0.1")]));
        var connect = async () => await mixed.ConnectAsync("hooks.example.com", 443, isSecure: true, CancellationToken.None);
        await connect.Should().ThrowAsync<DestinationException>();

        var outside = new Destinations(new AlertOptions { AllowedNetworks = ["10.0.0.0/8"] }, (_, _) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34")]));
        connect = async () => await outside.ConnectAsync("hooks.example.com", 80, isSecure: false, CancellationToken.None);
        await connect.Should().ThrowAsync<DestinationException>().WithMessage("*http is only for networks*");
    }

    [Fact]
    public void Behind_a_proxy_only_hosts_that_are_named_are_reached()
    {
        var destinations = new Destinations(new AlertOptions { ProxyUrl = "http://proxy.example.com:3128", ProxyHosts = ["hooks.example.com"] });
        destinations.RefusalOf(new("https://hooks.example.com/x")).Should().BeNull();
        destinations.RefusalOf(new("https://metadata.internal/x")).Should().Contain("broker.alerts.proxy_hosts");
    }

    [Fact]
    public void What_is_outside_is_permitted_and_so_is_what_the_settings_name()
    {
        new Destinations(new AlertOptions()).Allows(IPAddress.Parse("93.184.216.34")).Should().BeTrue();
        new Destinations(new AlertOptions { AllowedNetworks = ["10.0.0.0/8"] }).Allows(IPAddress.Parse("10.1.2.3")).Should().BeTrue();
        new Destinations(new AlertOptions { AllowedNetworks = ["10.0.0.0/8"] }).Allows(IPAddress.Parse("192.168.0.1")).Should().BeFalse();
    }

    private static Receiver To(string url) => new(Guid.NewGuid(), "inbox", Wire.AlertReceiverKind.Types.Word.Slack, null, new(url, ""));
}
