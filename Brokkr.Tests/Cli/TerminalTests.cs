using System.Text.Json.Nodes;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Terminal;

namespace Brokkr.Tests.Cli;

/// <summary>How texts come onto a terminal, or into a pipe.</summary>
public sealed class TerminalTests
{
    private static string Render(Page page, int? terminal, bool colours = false) => new Screen(
        new()
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            In = TextReader.Null,
            RawOut = Stream.Null,
            OutIsTerminal = terminal is not null,
            Size = () => (terminal ?? 80, 24),
            Environment = new Dictionary<string, string>(),
        }, colours).Render(page);

    private static Page Table(params string[][] rows)
    {
        var (page, grid) = (new Page(), new Grid("NAME", "MESSAGE"));
        foreach (var row in rows)
            grid.Add([.. row.Select(c => new Piece(c))]);
        page.Table(grid);
        return page;
    }

    [Fact]
    public void A_table_fits_the_width_and_cuts_the_widest_column()
    {
        var text = Render(Table(["web", new string('m', 200)], ["日本語", "short"]), terminal: 60);

        text.Split('\n').Should().OnlyContain(l => l.Length <= 60);
        text.Should().Contain("web").And.Contain("…").And.Contain("日本語  short");
    }

    [Theory]
    [InlineData(30)]
    [InlineData(12)]
    public void Several_words_are_cut_and_stay_in_their_line(int width)
    {
        var text = Render(Table(["web", "Back-off restarting failed container app in pod web-1"], ["日本語日本語", "one two three four five six"]), width);

        text.Split('\n').Should().HaveCount(4).And.OnlyContain(l => l.Length <= width);
        text.Should().Contain("Bac").And.Contain("…").And.NotContain("web-1").And.NotContain("six");
    }

    [Fact]
    public void A_pipe_gets_everything_and_no_blanks_at_the_end()
    {
        var text = Render(Table(["web", new string('m', 5000)], ["db", ""]), terminal: null);

        text.Should().Be($"NAME  MESSAGE\nweb   {new string('m', 5000)}\ndb\n");
    }

    [Fact]
    public void Colours_are_for_those_who_want_them()
    {
        var page = new Page();
        page.Line(Piece.Word("failing"));

        Render(page, terminal: 80, colours: true).Should().Contain("\e[91m");
        Render(page, terminal: 80).Should().Be("failing\n");
        Render(page, terminal: null, colours: true).Should().Be("failing\n");
    }

    [Theory]
    [InlineData("\e]8;;https://evil.example\e\\click\e]8;;\e\\")]
    [InlineData("\e[2J\e[Hgone")]
    [InlineData("a\nb")]
    [InlineData("\u009b31mred")]
    [InlineData("\u202etxt.exe")]
    public void What_a_cluster_says_stays_text(string hostile)
    {
        var page = Table([hostile, "[red]no markup[/]"]);
        page.Line(hostile);

        var text = Render(page, terminal: 200, colours: false);

        text.Should().NotContainAny("\e", "\u009b", "\u202e").And.Contain("[red]no markup[/]");
        text.Split('\n').Should().HaveCount(4);
    }

    [Fact]
    public void Json_stays_the_same_to_programs_and_shows_what_is_hidden()
    {
        var answer = JsonNode.Parse("""{"a":"<ü> \u001b \u202e \u009b \u3164 \udb40\udc41","b":[1,true,null]}""")!;

        var text = JsonText.Of(answer);

        text.Should().Contain("<ü>").And.Contain("\\u202e")
            .And.NotContainAny("\e", "\u202e", "\u009b", "\u3164", "\U000e0041");
        JsonNode.DeepEquals(JsonNode.Parse(text), answer).Should().BeTrue();
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("1.5")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("- a: b")]
    [InlineData("\e[31m")]
    [InlineData("a \u202e b \u3164 c \U000e0041 d \U0001f600")]
    [InlineData("kind: Pod\nname: web\n")]
    [InlineData("2026-01-15T10:30:00Z")]
    [InlineData(" leading")]
    public void Yaml_says_the_same_text(string value)
    {
        var yaml = YamlText.Of(new JsonObject { ["text"] = value, ["list"] = new JsonArray(value, 1), ["none"] = new JsonObject() });

        yaml.Should().NotContainAny("\e", "\u202e", "\u3164", "\U000e0041");
        var read = new YamlDotNet.RepresentationModel.YamlStream();
        read.Load(new StringReader(yaml));
        var root = (YamlDotNet.RepresentationModel.YamlMappingNode)read.Documents[0].RootNode;
        ((YamlDotNet.RepresentationModel.YamlScalarNode)root["text"]).Value.Should().Be(value);
        if (value is "yes" or "1.5" or "null")
            ((YamlDotNet.RepresentationModel.YamlScalarNode)root["text"]).Style.Should().Be(YamlDotNet.Core.ScalarStyle.DoubleQuoted);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(59, "59s")]
    [InlineData(119, "119s")]
    [InlineData(600, "10m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData(80 * 3600, "3d")]
    public void Ages_are_short(int seconds, string expected) =>
        Ages.Of(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(seconds)).Should().Be(expected);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604800)]
    [InlineData("h", null)]
    [InlineData("10", null)]
    [InlineData("-5m", null)]
    [InlineData("1e9d", null)]
    public void Ages_are_read(string text, int? seconds) =>
        (Ages.TryParse(text, out var age) ? age.TotalSeconds : (double?)null).Should().Be(seconds);

    [Theory]
    [InlineData("wbe", "web, webhook", "web")]
    [InlineData("web", "shop/web, blog/web, shop/db", "blog/web, shop/web")]
    [InlineData("pay", "shop/payments", "shop/payments")]
    [InlineData("xyzzy", "web, db", "")]
    public void The_nearest_words_are_found(string word, string candidates, string expected) =>
        string.Join(", ", Nearest.Of(word, candidates.Split(", "))).Should().Be(expected);
}
