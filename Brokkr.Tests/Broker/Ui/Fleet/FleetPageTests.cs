namespace Brokkr.Tests.Broker.Ui.Fleet;

/// <summary>The first page, as the broker answers it.</summary>
public sealed class FleetPageTests
{
    [Fact]
    public async Task It_goes_from_empty_over_wrong_to_well()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        (await reader.ReadAsync("/ui")).Should().Contain("No cluster yet").And.Contain("why-add").And.NotContain("/ui/clusters/add");
        (await admin.ReadAsync("/ui")).Should().Contain("No cluster yet").And.Contain("/ui/clusters/add");

        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (agent, silent) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync());
        await broker.ReportAsync(agent, id, "failing");
        var wrong = await reader.ReadAsync("/ui");
        wrong.Should().Contain("<h2 id=\"wrong\">Wrong now").And.Contain("<code class=\"chip\">CrashLoopBackOff</code>")
            .And.Contain("/ui/objects?status=failing").And.Contain("<h2 id=\"silent\">Silent clusters").And.Contain("never heard")
            .And.Contain("<h2 id=\"changes\">Changes of the last hour").And.NotContain("Nothing is wrong.");

        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T11:30:00Z");
        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{silent.Id}", broker.AdminPak);
        var well = await reader.ReadAsync("/ui");
        well.Should().Contain("Nothing is wrong.").And.Contain("1 of 1 clusters heard.").And.NotContain("Wrong now").And.NotContain("Silent clusters");
    }
}
