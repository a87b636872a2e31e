using Brokkr.DemoCluster.Api;

namespace Brokkr.Tests.DemoCluster;

public class ServeArgumentsTests
{
    [Fact]
    public void Every_option_is_understood()
    {
        var (arguments, problem) = ServeArguments.Parse(["--objects", "dir", "--age", "-2.5", "--port", "8123", "--token", "t", "--kubeconfig", "k.yaml"]);

        problem.Should().BeNull();
        arguments!.Kubeconfig.Should().Be("k.yaml");
        arguments.Options.Should().BeEquivalentTo(new { ObjectsDirectory = "dir", AgeMinutes = -2.5, Port = 8123, Token = "t" });
    }

    [Theory]
    [InlineData("--age soon", "--age soon is not a number of minutes*")]
    [InlineData("--age NaN", "--age NaN is not a number of minutes*")]
    [InlineData("--port 70000", "--port 70000 is not a port from 0*")]
    [InlineData("--port", "--port needs a value.")]
    [InlineData("--color red", "--color is not an option of serve.")]
    public void What_is_wrong_is_named(string line, string problem) =>
        ServeArguments.Parse(line.Split(' ')).Problem.Should().Match(problem);

    [Fact]
    public async Task Wrong_use_ends_with_code_2()
    {
        (await ServeCommand.RunAsync(["--port", "x"])).Should().Be(2);
        (await ServeCommand.RunAsync(["--objects", Path.GetTempPath() + Guid.NewGuid()])).Should().Be(2);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var cluster = await RunningCluster.StartAsync();

        (await ServeCommand.RunAsync(["--port", $"{new Uri(cluster.Url).Port}"])).Should().Be(2);
    }
}
