namespace Brokkr.Tests.Architecture;

/// <summary>The folders of each project stand in an order: none imports one above it, and none is in a circle.</summary>
public sealed class FloorTests
{
    private const string Contracts = "root · Configuration, Manifests, Text";

    private const string DemoCluster =
        "Api/Json · Api/Kinds · Api/Http · Api/Control · Api/Objects · Api/Selectors, Api/Recordings · Api/Discovery, Api/Verbs, Api/Logs · Api · Demo · root";

    private const string Bench =
        "Results, Stage · Run, Load · Agent · Alerts, Browser, Command, Fleet, Ingest, Micro, Queries, Queue, Scale · root";

    private const string Agent =
        "Tls, Backoff.cs, ProxyChoice.cs, WatchedSocket.cs · "
        + "Cluster/Objects · Cluster/Connection · Cluster/Snapshot · Cluster/Reading · Cluster, Broker · Targets · Deployment, Operations · "
        + "Health/Findings · Health/Pods · Health/Kinds · Health/Custom · Health · Watching, Diagnostics, Evaluate · root · Program.cs";

    private const string Broker =
        "Storage · Telemetry · Rest · Auth · Fleet · Health · Diagnostics · Alerts/Settings, Alerts/Secrets · Alerts/Telemetry · Alerts/Rules · "
        + "Alerts/Silences, Alerts/Messages, Alerts/Receivers · Alerts/Delivery, Alerts/Provisioning · Alerts/Evaluation · Alerts · OpenApi, Operations · "
        + "Ui/Parts · Ui/Shell · "
        + "Ui/Sessions, Ui/Failures, Ui/Objects, Ui/Diagnostics, Ui/Access · Ui/Fleet, Ui/Clusters, Ui/Stacks, Ui/Alerts · Ui · root · BrokerApp.cs · "
        + "BrokerHost.cs · "
        + "Program.cs";

    private const string Cli =
        "Terminal · Rest, Contexts · Lookup · Invocation · Access, Alerts, Setup · Objects · Fleet, Diagnostics · root · Program.cs";

    [Theory]
    [InlineData("Brokkr.Contracts", Contracts)]
    [InlineData("Brokkr.Agent", Agent)]
    [InlineData("Brokkr.Broker", Broker)]
    [InlineData("Brokkr.Cli", Cli)]
    [InlineData("Brokkr.DemoCluster", DemoCluster)]
    [InlineData("Brokkr.Bench", Bench)]
    public void No_folder_imports_one_above_it_and_none_is_in_a_circle(string project, string plan)
    {
        var (files, floors) = (SourceFile.Of(project), new Floors(plan));
        var imports = Import.Between(files);

        floors.Unplaced(files).Should().BeEmpty();
        floors.Upward(imports).Select(i => $"{i}").Should().BeEmpty();
        floors.Circles(imports).Should().BeEmpty();
    }

    [Fact]
    public void Each_file_declares_the_namespace_of_its_folder() => SourceFile.Programs.SelectMany(SourceFile.Of)
        .Where(f => f.Text.Contains("\nnamespace ", StringComparison.Ordinal) || f.Text.StartsWith("namespace ", StringComparison.Ordinal))
        .Where(f => !f.Text.Contains($"namespace {Space(f)};", StringComparison.Ordinal))
        .Should().BeEmpty();

    [Theory]
    [InlineData("in a body, with a using", "using P.Above;", "int F() { var x = new Upper(); return x.GetHashCode(); }")]
    [InlineData("by its full name", "", "object F() => new P.Above.Upper();")]
    [InlineData("as a member of what is never named", "", "int F() => P.Below.Ground.Get(out var x) ? x : P.Above.Upper.Constant;")]
    [InlineData("as an extension", "using P.Above;", "string F() => \"\".Raised();")]
    [InlineData("of a parent, without a using", "", "object F() => new Roof();")]
    public void An_import_is_seen(string because, string head, string body)
    {
        var imports = Import.Between(Example($"{head}\nnamespace P.Below;\ninternal static class User {{ static {body} }}"));

        imports.Should().Contain(i => i.By.Path == "Below/User.cs" && (i.From.Path == "Above/Upper.cs" || i.From.Path == "Roof.cs"), because);
    }

    [Fact]
    public void Comments_texts_and_other_things_of_the_same_name_are_no_imports() => Import.Between(Example("""
        namespace P.Below;
        // Upper, Roof
        /// <summary>Not even what the compiler could bind: <see cref="P.Above.Upper"/>.</summary>
        internal sealed class User(int Upper) { string Roof => $"new P.Above.Upper() {Upper}"; string F(string Raised) => Roof + Raised; }
        """)).Should().BeEmpty();

    [Fact]
    public void An_import_upward_names_both_files()
    {
        var imports = Import.Between(Example("namespace P.Below;\ninternal static class User { static object F() => new P.Above.Upper(); }"));

        new Floors("Below · Above · root").Upward(imports).Select(i => $"{i}").Should().Equal("P/Below/User.cs imports Upper of P/Above/Upper.cs");
        new Floors("Above · Below · root").Upward(imports).Should().BeEmpty();
    }

    [Fact]
    public void A_circle_is_found_whatever_the_floors_say()
    {
        var files = Example("namespace P.Below;\ninternal static class User { static object F() => new P.Above.Upper(); static object G() => new Roof(); }");
        var imports = Import.Between([.. files, new("P", "Above/Back.cs", "namespace P.Above;\ninternal class Back { P.Below.Ground? There { get; } }")]);

        new Floors("Below, Above, root").Upward(imports).Should().BeEmpty();
        new Floors("Below, Above, root").Circles(imports).Should().HaveCount(2).And
            .Contain(c => c.Contains("Above/Back.cs imports Ground of", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_on_no_floor_and_a_floor_without_its_folder_are_named() =>
        new Floors("Below · Cellar, Roof.cs").Unplaced(Example("namespace P.Below;")).Should().Equal("P/Above/Upper.cs lies on no floor", "there is no Cellar");

    private static SourceFile[] Example(string user) =>
    [
        new("P", "Above/Upper.cs",
        "namespace P.Above;\ninternal class Upper { public const int Constant = 1; }\ninternal static class Texts { public static string Raised(this string "
        + "s) => s; }"),
        new("P", "Below/Ground.cs", "namespace P.Below;\ninternal class Ground { public static bool Get(out int x) { x = 1; return true; } }"),
        new("P", "Below/User.cs", user),
        new("P", "Roof.cs", "namespace P;\ninternal class Roof;"),
    ];

    private static string Space(SourceFile file) => file.Folder.Length == 0 ? file.Project : $"{file.Project}.{file.Folder.Replace('/', '.')}";
}
