using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Messages;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Every kind says what, where, since when and why; what a cluster said is inert in each.</summary>
public sealed class MessageTests
{
    private const string Hostile = "<!channel> @here <https://evil.example|click> `code` *bold* [x](https://evil.example) <script>alert(1)</script> & more";

    private static readonly Guid Rule = Guid.Parse("44444444-4444-4444-4444-444444444444");

    private static readonly DateTimeOffset Now = new(2026, 11, 29, 14, 2, 41, TimeSpan.Zero);

    [Fact]
    public void Slack_gets_a_line_of_ours_and_code_of_the_clusters()
    {
        var text = (string)JsonNode.Parse(SlackBody.Of(Of(MessageTypes.Firing)))!["text"]!;

        text.Should().StartWith("*Failing: shop/web (ImagePullBackOff) on eu-1 since 2026-11-29 14:02:11 UTC*");
        text.Split('\n')[0].Should().Contain("`web-1, container app, exit code 3: ", "the first line says why");
        text.Should().Contain("revision 7 came at 2026-11-29 13:59:41 UTC");
        text.Should().NotContain("<!channel>").And.NotContain("<https://evil").And.NotContain("@here").And.NotContain("<script>");
        text.Count(c => c == '`').Should().Be(2, "code of the cluster's ends where we end it");
    }

    [Fact]
    public void Teams_gets_runs_of_text_in_which_nothing_is_markup()
    {
        var card = JsonNode.Parse(TeamsBody.Of(Of(MessageTypes.Firing)))!["attachments"]![0]!["content"]!;

        card["body"]!.AsArray().Should().OnlyContain(b => (string)b!["type"]! == "RichTextBlock");
        card["body"]![0]!["inlines"]![1]!["text"]!.GetValue<string>().Should().Contain("container app, exit code 3").And.NotContain("://evil");
        card["actions"]![0]!["url"]!.GetValue<string>().Should().Be("https://brokkr.example.com/ui/objects/shop/web?agent=eu-1");
    }

    [Theory]
    [InlineData(MessageTypes.Firing, "trigger")]
    [InlineData(MessageTypes.Updated, "trigger")]
    [InlineData(MessageTypes.Resolved, "resolve")]
    public void PagerDuty_knows_an_incident_by_its_group(string type, string action)
    {
        var body = JsonNode.Parse(PagerDutyBody.Of(Of(type), "key"))!;

        body["event_action"]!.GetValue<string>().Should().Be(action);
        body["dedup_key"]!.GetValue<string>().Should().Be($"brokkr/{Rule}/shop/web");
        body["routing_key"]!.GetValue<string>().Should().Be("key");
        if (action == "trigger")
            body["payload"]!["summary"]!.GetValue<string>().Should().StartWith("Failing: shop/web").And.Contain("exit code 3").And.NotContain("://evil");
    }

    [Fact]
    public void A_mail_says_it_in_the_subject_and_shows_HTML_that_is_ours_alone()
    {
        var mail = MailSender.MailOf(new() { Host = "mail.example.com", From = "brokkr@example.com", To = { "ops@example.com" } }, Guid.NewGuid(),
            Of(MessageTypes.Firing));

        mail.Subject.Should().StartWith("Failing: shop/web").And.Contain("exit code 3: ").And.NotContain("://evil");
        mail.HtmlBody.Should().NotContain("<script>").And.Contain("&lt;script&gt;").And.NotContain("://evil");
        mail.TextBody.Should().Contain("web-1, container app").And.NotContain("://evil");
    }

    [Fact]
    public void An_Alertmanager_knows_an_alert_by_labels_that_do_not_change()
    {
        var first = JsonNode.Parse(AlertmanagerBody.Of(Of(MessageTypes.Firing).Data.Alerts, "everything", Now))![0]!;
        var worse = Of(MessageTypes.Firing).Data.Alerts[0] with { Status = "degraded", Conditions = ["CrashLoopBackOff"] };
        var later = JsonNode.Parse(AlertmanagerBody.Of([worse], "everything", Now.AddMinutes(1)))![0]!;

        later["labels"]!.ToJsonString().Should().Be(first["labels"]!.ToJsonString());
        later["annotations"]!.ToJsonString().Should().NotBe(first["annotations"]!.ToJsonString());
        first["endsAt"]!.GetValue<DateTimeOffset>().Should().Be(Now.AddMinutes(5));
    }

    [Fact]
    public void What_is_stored_reads_as_it_was_written() =>
        Message.Parse(Of(MessageTypes.Firing).ToJson()).ToJson().Should().Be(Of(MessageTypes.Firing).ToJson());

    private static Message Of(string type)
    {
        var (agent, stack, web) = (Guid.Parse("11111111-1111-1111-1111-111111111111"), Guid.Parse("22222222-2222-2222-2222-222222222222"),
            Guid.Parse("33333333-3333-3333-3333-333333333333"));
        var isOver = type == MessageTypes.Resolved;
        var alert = new MessageAlert(web, "health.failing", isOver ? "resolved" : "failing", "healthy", Now.AddSeconds(-30), isOver ? Now : null,
            isOver ? "recovered" : null, new(agent, "eu-1"), new(stack, "shop"), new(web, "web", 7, Now.AddMinutes(-3)), new(0, 3), ["ImagePullBackOff"],
            new("web-1", "app", 3, Hostile), "https://brokkr.example.com/ui/objects/shop/web?agent=eu-1");
        return new(type, Now, new("shop/web", "everything", "https://brokkr.example.com/ui/alerts", new(isOver ? 0 : 1, isOver ? 1 : 0), 0, [alert],
            RuleId: Rule));
    }
}
