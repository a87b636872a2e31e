using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;

namespace Brokkr.Tests.Cli;

/// <summary>What changes something: stacks, manifests, agents, keys.</summary>
public sealed class AdminCommandTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private const string Manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: prod}\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-cli-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<CommandRun> RunAsync(string line, string input = "") => CommandRun.OfAsync(broker, broker.AdminPak, line.Split(' '), input);

    private string Given(string name, string text = Manifest)
    {
        var path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task From_nothing_to_a_stack_that_an_agent_runs()
    {
        var keyFile = Path.Combine(_directory, "eu-1.pak");

        (await RunAsync("stacks create shop")).Out.Should().Be("shop\n");
        (await RunAsync($"submit shop -f {Given("web.yaml")}")).Out.Should().Be("shop/web is at revision 1.\n");
        (await RunAsync($"agents create eu-1 --key-file {keyFile}")).Out.Should().BeEmpty();
        (await RunAsync("agents target eu-1 shop")).Error.Should().Be("eu-1 is responsible for shop.\n");

        Brokkr.Contracts.Pak.TryParse((await File.ReadAllTextAsync(keyFile)).Trim(), out _).Should().BeTrue();
        File.GetUnixFileMode(keyFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await RunAsync("get objects")).Out.Should().MatchRegex(@"unknown +shop/web +eu-1");
        (await RunAsync("agents targets eu-1 -o name")).Out.Should().Be("shop\n");
        (await RunAsync("agents rotate eu-1 --valid-old-for-minutes 0")).Out.Should().StartWith("brokkr_agt_");
        (await RunAsync("agents untarget eu-1 shop --yes")).Code.Should().Be(0);
        (await RunAsync("agents delete eu-1 --yes")).Code.Should().Be(0);
        (await RunAsync("stacks delete shop --yes")).Code.Should().Be(0);
        (await RunAsync("get stacks shop")).Code.Should().Be(5);
    }

    [Fact]
    public async Task A_directory_is_a_deployment_object_for_each_file_or_one_of_all()
    {
        var stack = await broker.GivenStackAsync();
        Given("all/a.yaml");
        Given("all/b.yml", Manifest.Replace("settings", "other", StringComparison.Ordinal));
        Given("all/notes.txt", "no manifest");

        var each = await RunAsync($"submit {stack} -f {_directory}/all -o name");
        var one = await RunAsync($"submit {stack} -f {_directory}/all --name both -o json");
        var piped = await RunAsync($"submit {stack} -f - --name piped -o name", Manifest);

        each.Out.Should().MatchRegex(@"^stack-\d+/a\nstack-\d+/b\n$");
        ((string)one.Json["yaml"]!).Should().Contain("settings").And.Contain("---").And.Contain("other");
        piped.Out.Should().EndWith("/piped\n");
    }

    [Fact]
    public async Task Of_several_files_the_one_that_is_refused_is_named()
    {
        var stack = await broker.GivenStackAsync();

        var run = await RunAsync($"submit {stack} -f {Given("good.yaml")} -f {Given("bad.yaml", "kind: [")} -o name");

        run.Code.Should().Be(1);
        run.Out.Should().EndWith("/good\n");
        run.Error.Should().Contain("bad: ");
    }

    [Fact]
    public async Task What_cannot_be_submitted_is_said_before_anything_is()
    {
        var stack = await broker.GivenStackAsync();
        Directory.CreateDirectory(Path.Combine(_directory, "empty"));

        (await RunAsync($"submit {stack} -f {_directory}/nothing.yaml")).Should().Match<CommandRun>(r => r.Code == 2 && r.Error.Contains("cannot be read"));
        (await RunAsync($"submit {stack} -f {Given("x/web.yaml")} -f {Given("y/web.yaml")}")).Should()
            .Match<CommandRun>(r => r.Code == 2 && r.Error.Contains("More than one file would be web"));
        (await RunAsync($"submit {stack} -f {_directory}/empty")).Should().Match<CommandRun>(r => r.Code == 2 && r.Error.Contains("no file of manifests"));
        (await RunAsync($"submit {stack} -f -")).Should().Match<CommandRun>(r => r.Code == 2 && r.Error.Contains("--name"));
        (await RunAsync($"submit {stack} -f {Given("bad.yaml", "kind: [")}")).Should().Match<CommandRun>(r => r.Code == 1 && r.Error.Contains("line"));
        (await RunAsync($"submit shp -f {Given("web.yaml")}")).Code.Should().Be(5);
    }

    [Fact]
    public async Task Revisions_are_listed_compared_and_rolled_back_to()
    {
        var stack = await broker.GivenStackAsync();
        await broker.GivenAgentAsync(stack);
        await RunAsync($"submit {stack} -f {Given("revised.yaml")}");
        var second = await RunAsync($"submit {stack} -f {Given("revised.yaml", Manifest + "data: {level: high}\n")}");
        var same = await RunAsync($"submit {stack} -f {Given("revised.yaml", Manifest + "data: {level: high}\n")}");

        (second.Out, same.Out).Should().Be((same.Out, second.Out), "what stands makes no revision");
        (await RunAsync("get revisions revised")).Out.Should()
            .MatchRegex(@"\n2 +\d+s +bootstrap +[0-9a-f-]{36}\n1 +\d+s +bootstrap +\d+s ago +[0-9a-f-]{36}\n$");
        var diff = await RunAsync("diff revised");
        diff.Code.Should().Be(3, diff.Error);
        diff.Out.Should().MatchRegex(@"^@@ -\d+ \+\d+ @@\n").And.Contain("\n+data: {level: high}\n");
        (await RunAsync("diff revised --revision 2 --base 2")).Should().Match<CommandRun>(r => r.Code == 0 && r.Out == "Nothing differs.\n");
        (await RunAsync("rollback revised")).Code.Should().Be(2, "nobody is there to confirm it");
        (await RunAsync("rollback revised --yes")).Out.Should().EndWith("/revised is at revision 3, with the manifests of revision 1.\n");
        (await RunAsync("diff revised --base 1")).Code.Should().Be(0);
        (await RunAsync("rollback revised --to 9 --yes")).Should().Match<CommandRun>(r => r.Code == 5 && r.Error.Contains("has no revision 9"));
        (await RunAsync("describe revised")).Out.Should().Contain("Revision 3, submitted ").And.Contain(" by bootstrap");
    }

    [Fact]
    public async Task Manifests_are_checked_without_being_submitted()
    {
        var stack = await broker.GivenStackAsync();

        var good = await RunAsync($"submit {stack} -f {Given("checked.yaml")} --validate");
        var bad = await RunAsync($"submit {stack} -f {Given("wrong.yaml", "apiVersion: v1\nkind: ConfigMap\n")} --validate");

        good.Code.Should().Be(0, good.Error);
        good.Out.Should().EndWith("/checked would be at revision 1.\n");
        bad.Code.Should().Be(3, bad.Error);
        bad.Out.Should().MatchRegex(@"/wrong: line \d+, column \d+: ");
        (await RunAsync($"describe {stack}/checked")).Code.Should().Be(5, "nothing was stored");
    }

    [Fact]
    public async Task Nothing_is_deleted_unasked()
    {
        var stack = await broker.GivenStackAsync();
        var objectId = await broker.GivenObjectAsync(stack, "kept");

        foreach (var line in (string[])[$"delete {objectId}", $"stacks delete {stack}"])
        {
            var run = await RunAsync(line);
            run.Code.Should().Be(2);
            run.Error.Should().Contain("--yes");
        }

        (await RunAsync($"get stacks {stack}")).Code.Should().Be(0);
        (await RunAsync($"delete {objectId} --yes")).Code.Should().Be(0);
        (await RunAsync($"describe {objectId}")).Code.Should().Be(5);
    }

    [Fact]
    public async Task A_deployment_object_is_not_deleted_on_one_agent()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();

        var run = await RunAsync($"delete {objectId}@{agent.Id} --yes");

        run.Code.Should().Be(2);
        run.Error.Should().Contain("brokkr agents untarget");
    }

    [Fact]
    public async Task Keys_are_made_listed_replaced_and_ended_and_the_trail_says_so()
    {
        var made = await RunAsync("keys create dashboard --expires 90d");
        var id = made.Out.Split('_')[2];

        made.Out.Should().StartWith("brokkr_ro_");
        (await RunAsync("keys list")).Out.Should().MatchRegex($@"{id} +dashboard +reader +active +\ds +bootstrap +never +20");
        var rotated = (await RunAsync($"keys rotate {id}")).Out.Split('_')[2];
        (await RunAsync($"keys revoke {rotated} --yes")).Code.Should().Be(0);
        (await RunAsync("keys list")).Out.Should().MatchRegex($"{rotated} +dashboard +reader +revoked");
        (await RunAsync("audit --since 1h --action revoke_pak")).Out.Should().MatchRegex(@"bootstrap +admin +\S+ +revoke_pak +dashboard");
    }

    [Fact]
    public async Task A_key_is_named_by_what_it_is_called_where_that_is_clear()
    {
        await RunAsync("keys create ticket-bot");
        var first = (await RunAsync("keys create chat-bot")).Out.Split('_')[2];

        (await RunAsync("keys revoke ticket-bot --yes")).Code.Should().Be(0);
        (await RunAsync("keys list")).Out.Should().MatchRegex("ticket-bot +reader +revoked");
        var again = await RunAsync("keys revoke ticket-bot --yes");
        again.Should().Match<CommandRun>(r => r.Code == 5 && r.Error.StartsWith("There is no key ticket-bot that is in force."));
        (await RunAsync("keys rotate chat-bt")).Should().Match<CommandRun>(r => r.Code == 5 && r.Error.Contains("Did you mean chat-bot?"));

        var second = (await RunAsync("keys rotate chat-bot")).Out.Split('_')[2];
        var several = await RunAsync("keys revoke chat-bot --yes");
        several.Code.Should().Be(2, "the old one is still valid");
        several.Error.Should().Contain("2 keys that are in force are called chat-bot.").And.Contain(first).And.Contain(second);
    }

    [Fact]
    public async Task Evaluate_hands_on_what_it_is_given_and_how_that_ends()
    {
        var agent = Path.Combine(_directory, "brokkr-agent");
        await File.WriteAllTextAsync(agent, $"#!/bin/sh\necho \"$@\" > {_directory}/given\nexit 3\n");
        var environment = new Dictionary<string, string> { ["PATH"] = _directory };
        string[] args = ["evaluate", "--file", "dump.json", "--fail-on", "degraded", "-o", "json"];

        var closed = await CommandRun.OfAsync(environment, args);
        File.SetUnixFileMode(agent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var run = await CommandRun.OfAsync(environment, args);

        (closed.Code, run.Code).Should().Be((1, 3), closed.Error + run.Error);
        closed.Error.Should().Contain("brokkr-agent cannot be started");
        (await File.ReadAllTextAsync(Path.Combine(_directory, "given"))).Should().Be("evaluate --file dump.json --fail-on degraded -o json\n");
    }

    [Fact]
    public async Task A_key_that_cannot_be_put_into_its_file_is_not_lost()
    {
        var run = await RunAsync($"keys create lost --key-file {_directory}/no/such/directory");

        run.Code.Should().Be(1);
        run.Out.Should().StartWith("brokkr_ro_");
    }

    [Fact]
    public async Task The_versions_are_told()
    {
        var both = await RunAsync("version -o json");
        var mine = await CommandRun.OfAsync(new Dictionary<string, string>(), ["version"]);

        both.Json["client"]!.GetValue<string>().Should().Be(Brokkr.Contracts.ProgramVersion.Current);
        both.Json["broker"]!.GetValue<string>().Should().Be(Brokkr.Contracts.ProgramVersion.Current);
        mine.Code.Should().Be(0);
        mine.Out.Should().Be($"brokkr {Brokkr.Contracts.ProgramVersion.Current}\n");
    }

    [Fact]
    public async Task Evaluate_says_where_the_agent_is_to_be_had() =>
        (await CommandRun.OfAsync(new Dictionary<string, string>(), ["evaluate", "-f", "dump.json"])).Should()
            .Match<CommandRun>(r => r.Code == 1 && r.Error.Contains("brokkr-agent, which judges objects, is not installed here."));

    [Fact]
    public async Task Top_needs_a_terminal() =>
        (await RunAsync("top")).Should().Match<CommandRun>(r => r.Code == 2 && r.Error.Contains("get objects --watch"));
}
