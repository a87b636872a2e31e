using System.Net;

namespace Brokkr.Tests.Broker.Ui.Access;

/// <summary>Keys and the audit trail in the console.</summary>
public sealed class KeysPageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly (string, string)[] Here = [("Sec-Fetch-Site", "same-origin")];

    [Fact]
    public async Task A_new_key_is_shown_once_works_and_is_never_packed()
    {
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        using var made =
            await admin.PostAsync("/ui/admin/keys", [.. Here, ("Accept-Encoding", "gzip, br")], ("name", "alice"), ("role", "reader"), ("days", "7"));

        var page = await made.Content.ReadAsStringAsync();
        made.Content.Headers.ContentEncoding.Should().Equal("identity");
        var key = page.Split("<code id=\"secret\">")[1].Split('<')[0];
        key.Should().StartWith("brokkr_ro_");
        using var alice = new PlainBrowser(broker.Urls[0]);
        (await alice.SignInAsync(key)).StatusCode.Should().Be(HttpStatusCode.SeeOther);
        (await admin.ReadAsync("/ui/admin")).Should().Contain("alice").And.NotContain(key);
        (await admin.ReadAsync("/ui/admin/audit?action=create_pak")).Should().Contain("create pak").And.Contain("alice");
    }

    [Fact]
    public async Task A_key_is_rotated_and_revoked()
    {
        var bob = await broker.GivenPakAsync("reader");
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        using var rotated = await admin.PostAsync($"/ui/admin/keys/{bob.Id}/rotate");
        (await rotated.Content.ReadAsStringAsync()).Should().Contain("brokkr_ro_").And.Contain("The key whose place it takes is valid for another");
        (await admin.PostAsync($"/ui/admin/keys/{bob.Id}/revoke")).Headers.Location!.ToString().Should().Be("/ui/admin");

        using var late = new PlainBrowser(broker.Urls[0]);
        (await late.SignInAsync(bob.Pak)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await admin.ReadAsync("/ui/admin/audit?action=revoke_pak")).Should().Contain("revoke pak");
    }

    [Theory]
    [InlineData("<b>", "reader", "7", "name: must have")]
    [InlineData("carol", "agent", "7", "role: must be admin or reader")]
    [InlineData("carol", "admin", "0", "days: must be between")]
    [InlineData("carol", "admin", "+5", "days: must be between")]
    public async Task What_is_wrong_in_the_form_is_said_beside_it(string name, string role, string days, string says)
    {
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        using var answer = await admin.PostAsync("/ui/admin/keys", Here, ("name", name), ("role", role), ("days", days));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain(says).And.Contain("Make a key");
    }

    [Fact]
    public async Task The_last_admin_key_stays()
    {
        await using var alone = await BrokerFixture.StartAsync(_ => { });
        using var admin = new PlainBrowser(alone.Urls[0]);
        await admin.SignInAsync(alone.AdminPak);
        var id = (string)(await alone.SqlAsync("SELECT id FROM paks WHERE role = 'admin'"))!;

        using var answer = await admin.PostAsync($"/ui/admin/keys/{id}/revoke");

        (await answer.Content.ReadAsStringAsync()).Should().Contain("This is the last admin key in force");
        (await admin.GetAsync("/ui/admin")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/ui/admin")]
    [InlineData("/ui/admin/audit")]
    public async Task A_reader_is_told_that_it_takes_an_admin(string path)
    {
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        using var answer = await reader.GetAsync(path);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("Not allowed");
        (await reader.PostAsync("/ui/admin/keys", Here, ("name", "mallory"), ("role", "admin"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }
}
