using Brokkr.Tests.Broker;

namespace Brokkr.Tests.Cli;

/// <summary>Signing in, and the brokers that one is signed in to.</summary>
public sealed class ContextTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("brokkr-home-").FullName;

    private string Config => Path.Combine(_home, ".config", "brokkr", "config");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private Task<CommandRun> RunAsync(string line, string input = "", params (string Key, string Value)[] environment) => CommandRun.OfAsync(
        new(environment.ToDictionary(e => e.Key, e => e.Value)) { ["HOME"] = _home }, line.Split(' '), input);

    [Fact]
    public async Task A_key_is_tried_kept_for_its_owner_alone_and_used()
    {
        var login = await RunAsync($"login {broker.Urls[0]} --name prod", broker.AdminPak + "\n");
        var who = await RunAsync("whoami");

        login.Code.Should().Be(0, login.Error);
        login.Error.Should().Contain("as bootstrap (admin); the context is called prod").And.NotContain(broker.AdminPak);
        File.GetUnixFileMode(Config).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        who.Out.Should().Contain("bootstrap, admin, at http://").And.Contain("does not expire").And.Contain("request_diagnostics");
    }

    [Fact]
    public async Task A_key_that_does_not_work_is_not_kept()
    {
        var wrong = await RunAsync($"login {broker.Urls[0]}", Brokkr.Contracts.Pak.Create(Brokkr.Contracts.PakRole.Admin).Reveal());
        var half = await RunAsync($"login {broker.Urls[0]}", broker.AdminPak[..20]);

        (wrong.Code, half.Code).Should().Be((4, 4));
        File.Exists(Config).Should().BeFalse();
    }

    [Fact]
    public async Task Contexts_are_listed_chosen_and_forgotten()
    {
        await RunAsync($"login {broker.Urls[0]} --name one", broker.AdminPak);
        await RunAsync($"login {broker.Urls[0]} --name two", (await broker.GivenPakAsync("reader")).Pak);

        (await RunAsync("context list")).Out.Should().MatchRegex(@"\n +one .*\n\* +two ");
        (await RunAsync("whoami -o name")).Out.Should().StartWith("reader-");
        (await RunAsync("whoami -o name --context one")).Out.Should().Be("bootstrap\n");
        (await RunAsync("context use one")).Code.Should().Be(0);
        (await RunAsync("whoami -o name")).Out.Should().Be("bootstrap\n");
        (await RunAsync("context use on")).Error.Should().Contain("Did you mean one");
        (await RunAsync("context delete one")).Code.Should().Be(0);
        (await RunAsync("whoami")).Code.Should().Be(4);
    }

    [Fact]
    public async Task A_key_goes_to_no_other_address_than_its_own()
    {
        await RunAsync($"login {broker.Urls[0]} --name one", broker.AdminPak);

        var elsewhere = await RunAsync("whoami --url http://127.0.0.1:1");

        elsewhere.Code.Should().Be(4);
        elsewhere.Error.Should().Contain("There is no key for http://127.0.0.1:1.");
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_refused()
    {
        await RunAsync($"login {broker.Urls[0]}", broker.AdminPak);
        File.SetUnixFileMode(Config, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var run = await RunAsync("whoami");

        run.Code.Should().Be(1);
        run.Error.Should().Contain($"chmod 600 {Config}");
    }

    [Fact]
    public async Task A_key_can_stay_in_its_file()
    {
        var file = Path.Combine(_home, "key");
        await File.WriteAllTextAsync(file, broker.AdminPak + "\n");

        (await RunAsync($"login {broker.Urls[0]} --pak-file {file}")).Code.Should().Be(0);

        (await File.ReadAllTextAsync(Config)).Should().NotContain(broker.AdminPak).And.Contain(file);
        (await RunAsync("whoami -o name")).Out.Should().Be("bootstrap\n");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"contexts\": 1}")]
    public async Task A_broken_file_is_named(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        await File.WriteAllTextAsync(Config, text);
        File.SetUnixFileMode(Config, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var run = await RunAsync("whoami");

        run.Code.Should().Be(1);
        run.Error.Should().Contain($"{Config} cannot be read");
    }

    [Theory]
    [InlineData("ftp://broker")]
    [InlineData("broker")]
    [InlineData("http://user:secret@broker")]
    public async Task What_is_no_address_is_refused(string url)
    {
        var run = await RunAsync($"login {url}", broker.AdminPak);

        run.Code.Should().Be(2);
        run.Error.Should().Contain("is no address of a broker");
    }
}
