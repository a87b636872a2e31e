using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Secrets are read by whoever has the key, in the place that they were made for, and by nobody else.</summary>
public sealed class SecretTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-secrets-").FullName;

    [Fact]
    public void A_key_file_is_made_once_for_its_owner_alone()
    {
        var file = Path.Combine(_directory, "secrets.key");
        SecretBox.Ensure(file);
        var made = File.ReadAllText(file);
        SecretBox.Ensure(file);

        File.ReadAllText(file).Should().Be(made);
        File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(_directory).Should().ContainSingle();
    }

    [Fact]
    public void A_text_opens_with_its_key_in_its_place()
    {
        var (old, anew) = (KeyFile(1), KeyFile(2));
        var place = Guid.NewGuid();
        var whole = SecretBox.Open(old).Seal("hunter2", place);

        SecretBox.Open(old).Unseal(whole, place).Should().Be("hunter2");
        SecretBox.Open(old).Unseal(whole, Guid.NewGuid()).Should().BeNull("it was made for another place");
        SecretBox.Open(anew).Unseal(whole, place).Should().BeNull("its key is not here");
        var both = Path.Combine(_directory, "both");
        File.WriteAllText(both, File.ReadAllText(anew) + File.ReadAllText(old));
        SecretBox.Open(both).Unseal(whole, place).Should().Be("hunter2");
        SecretBox.Open(both).IsCurrent(whole).Should().BeFalse();
        whole[^1] ^= 1;
        SecretBox.Open(old).Unseal(whole, place).Should().BeNull("somebody changed it");
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("no base64 at all")]
    public void A_file_without_keys_is_named_at_the_start_and_its_content_is_not(string content)
    {
        var file = Path.Combine(_directory, "bad");
        File.WriteAllText(file, content);
        var open = () => SecretBox.Open(file);
        open.Should().Throw<StartException>().WithMessage($"broker.secrets_key_file: {file} must hold*").Which.Message.Should().NotContain("c2hvcnQ");
    }

    [Fact]
    public async Task A_receiver_whose_key_is_lost_says_so_and_is_sent_nothing_and_a_new_key_takes_over()
    {
        var (old, anew, both) = (KeyFile(1), KeyFile(2), Path.Combine(_directory, "both"));
        File.WriteAllText(both, File.ReadAllText(anew) + File.ReadAllText(old));
        await using var inbox = await Inbox.OpenAsync();
        await using var first = await StartAsync(old, null);
        var (_, made) =
            await first.RestAsync(HttpMethod.Post, "/api/v1/alert-receivers", first.AdminPak, $$"""{"name":"ops","kind":"webhook","url":"{{inbox.Url}}"}""");
        var path = $"/api/v1/alert-receivers/{made["receiver"]!["id"]}";

        await using (var lost = await StartAsync(anew, first))
        {
            (await lost.RestAsync(HttpMethod.Get, path, first.AdminPak)).Body["problem"]!.GetValue<string>().Should().Contain("broker.secrets_key_file");
            var (_, tried) = await lost.RestAsync(HttpMethod.Post, $"{path}/test", first.AdminPak, "{}");
            tried["delivered"]!.GetValue<bool>().Should().BeFalse();
            tried["error"]!.GetValue<string>().Should().Contain("broker.secrets_key_file");
            inbox.Letters.Should().BeEmpty();
        }

        await using (var rotating = await StartAsync(both, first))
            (await rotating.Services.GetRequiredService<ReceiverStore>().ResealAsync(CancellationToken.None)).Should().Be(1);
        await using var last = await StartAsync(anew, first);
        (await last.RestAsync(HttpMethod.Post, $"{path}/test", first.AdminPak, "{}")).Body["delivered"]!.GetValue<bool>().Should().BeTrue();
    }

    [Theory]
    [InlineData("a\\nb")]
    [InlineData("a b")]
    [InlineData("\\u00e4")]
    public async Task A_secret_that_no_header_can_hold_is_refused(string secret)
    {
        await using var broker = await StartAsync(KeyFile(1), null);

        var (status, body) = await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-receivers", broker.AdminPak,
            $$"""{"name":"ops","kind":"alertmanager","url":"https://127.0.0.1/","secret":"{{secret}}"}""");

        (status, body["message"]!.GetValue<string>()[..7]).Should().Be((400, "secret:"), body.ToJsonString());
    }

    [Fact]
    public async Task A_receiver_that_cannot_be_sent_to_says_so_and_costs_no_other()
    {
        await using var broker = await StartAsync(KeyFile(1), null);
        var receiver = new Receiver(Guid.NewGuid(), "ops", Wire.AlertReceiverKind.Types.Word.Alertmanager, null, new("https://127.0.0.1:1/", "a\nb"));

        var outcome = await broker.Services.GetRequiredService<Courier>().PostAsync(receiver, "{}", CancellationToken.None);

        outcome.Error.Should().Contain("enter all of it anew");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Task<BrokerFixture> StartAsync(string keys, BrokerFixture? beside) => BrokerFixture.StartAsync(o =>
    {
        (o.SecretsKeyFile, o.Alerts.AllowedNetworks) = (keys, ["127.0.0.0/8"]);
        if (beside is not null)
            o.Database.ConnectionString = beside.Options.Database.ConnectionString;
    });

    private string KeyFile(byte number)
    {
        var file = Path.Combine(_directory, $"key-{number}");
        File.WriteAllText(file, Convert.ToBase64String(Enumerable.Repeat(number, 32).ToArray()) + "\n");
        return file;
    }
}
