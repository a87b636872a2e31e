using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;
using Perfolizer.Mathematics.OutlierDetection;

namespace Brokkr.Bench.Micro;

/// <summary>The hot paths by themselves, by BenchmarkDotNet.</summary>
internal static class MicroPart
{
    /// <summary>At this duration of the other parts, or longer, BenchmarkDotNet gets its short job; below it a mere look.</summary>
    private const double ShortJobFrom = 10;

    public static int Steps(BenchRun run) => 1;

    public static Task RunAsync(BenchRun run, CancellationToken ct)
    {
        run.Screen.Step("BenchmarkDotNet, a short job in this process");
        var isWhole = run.Arguments.Seconds >= ShortJobFrom;
        var job = isWhole ? Job.ShortRun : Job.Dry;
        var log = new AccumulationLogger();
        var config = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(new InProcessEmitToolchain(new())).WithOutlierMode(OutlierMode.DontRemove))
            .WithOptions(isWhole ? ConfigOptions.Default : ConfigOptions.DisableOptimizationsValidator).AddLogger(log)
            .WithArtifactsPath(run.NewDirectory()).AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance);
        var summary = BenchmarkRunner.Run<HotPaths>(config);
        var table = run.Table("micro", "Hot paths by themselves");
        foreach (var report in summary.Reports)
        {
            if (report.ResultStatistics is not { } took)
                throw new BenchException($"BenchmarkDotNet measured nothing: {log.GetLog()}");
            var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
            table.Add("time, µs", name, "", took.Mean / 1000);
            table.Add("± (99.9 %), µs", name, "", took.ConfidenceInterval.Margin is var margin && double.IsFinite(margin)
                ? margin / 1000
                : 0);
            table.Add("allocated, KiB", name, "", (report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0) / 1024.0);
        }

        return Task.CompletedTask;
    }
}
