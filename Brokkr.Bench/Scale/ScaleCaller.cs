using System.Text;
using System.Text.Json.Nodes;
using Brokkr.Bench.Results;
using Brokkr.Bench.Run;
using Brokkr.Bench.Stage;

namespace Brokkr.Bench.Scale;

/// <summary>
/// Makes calls one after another and notes how long they took: the first apart, in which code is compiled and pages are read.
/// </summary>
internal sealed class ScaleCaller(BenchRun run, BrokerProcess broker, string adminPak, FigureTable table) : IDisposable
{
    private const int FewestCalls = 20, WarmUps = 5;

    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new() { BaseAddress = new(broker.Http, "/api/v1/"), Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Calls again and again; answers the median in milliseconds.</summary>
    public async Task<double> MeasureAsync(ScaleCall call, CancellationToken ct)
    {
        run.Screen.Step(call.Name);
        var first = await TimeAsync(call, 0, ct);
        var calls = new Latencies();
        // Each call of a write needs something of its own: there are as many as there are.
        var warm = call.Times is null ? WarmUps : 0;
        var began = TimeProvider.System.GetTimestamp();
        for (var n = 1; call.Times is { } times ? n < times : GoesOn(calls.Count, TimeProvider.System.GetElapsedTime(began)); n++)
        {
            var took = await TimeAsync(call, n, ct);
            if (n > warm || took > LongestCall)
                calls.Add(took);
        }

        table.Add("first", call.Name, "ms", first.TotalMilliseconds);
        table.Add("p50", call.Name, "ms", calls.At(50));
        table.Add("p99", call.Name, "ms", calls.At(99), call.Limit is { } limit ? new(limit) : null);
        return calls.At(50);
    }

    /// <summary>Makes a call that is made once.</summary>
    public async Task<JsonNode> CallAsync(ScaleCall call, CancellationToken ct, double? limit = null)
    {
        run.Screen.Step(call.Name);
        var began = TimeProvider.System.GetTimestamp();
        var answer = await AskAsync(call, 0, ct);
        var took = TimeProvider.System.GetElapsedTime(began);
        table.Add("first", call.Name, "ms", took.TotalMilliseconds, limit is { } most ? new(most) : null);
        return answer;
    }

    /// <summary>Calls until it is told to stop.</summary>
    public async Task<Latencies> GoOnAsync(ScaleCall call, CancellationToken stop)
    {
        var calls = new Latencies();
        try
        {
            for (var n = 0; ; n++)
                calls.Add(await TimeAsync(call, n, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return calls;
        }
    }

    public void Dispose() => _http.Dispose();

    private bool GoesOn(long calls, TimeSpan passed) =>
        calls == 0 || passed < run.Duration / 20 || (calls < FewestCalls && passed < LongestCall);

    private async Task<TimeSpan> TimeAsync(ScaleCall call, int n, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        await AskAsync(call, n, ct);
        return TimeProvider.System.GetElapsedTime(began);
    }

    private async Task<JsonNode> AskAsync(ScaleCall call, int n, CancellationToken ct)
    {
        using var request = call.Request(n, adminPak);
        using var answer = await _http.SendAsync(request, ct);
        var body = await answer.Content.ReadAsByteArrayAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"The broker answered {(int)answer.StatusCode} to {call.Told(n)}: {Encoding.UTF8.GetString(body)}");
        var json = body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
        call.Keep(n, json);
        return json;
    }
}
