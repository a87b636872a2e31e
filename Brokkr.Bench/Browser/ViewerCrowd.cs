using Brokkr.Bench.Stage;

namespace Brokkr.Bench.Browser;

/// <summary>People who look at the console: their browsers ask for the page again every five seconds, as its script does.</summary>
internal sealed class ViewerCrowd : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;

    private ViewerCrowd(HttpClient http) => _http = http;

    public static async Task<ViewerCrowd> SignInAsync(Uri broker, string pak, CancellationToken ct)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = broker };
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        http.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, br");
        using var answer = await http.PostAsync("/ui/sign-in", new FormUrlEncodedContent([new("pak", pak)]), ct);
        if (!answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            throw new BenchException($"The console answered {(int)answer.StatusCode} to a sign-in.");
        http.DefaultRequestHeaders.Add("Cookie", cookies.First().Split(';')[0]);
        http.DefaultRequestHeaders.Add("X-Brokkr-Refresh", "1");
        return new(http);
    }

    /// <summary>Has so many look at a page for some time, each at least once, evenly spread; answers how often that failed.</summary>
    public async Task<int> LookAsync(int viewers, string path, TimeSpan duration, CancellationToken ct)
    {
        var (errors, began) = (0, TimeProvider.System.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, viewers).Select(async i =>
        {
            await Task.Delay(Period * i / viewers, TimeProvider.System, ct);
            do
            {
                using var answer = await _http.GetAsync(path, ct);
                await answer.Content.ReadAsByteArrayAsync(ct);
                if (!answer.IsSuccessStatusCode)
                    Interlocked.Increment(ref errors);
                if (TimeProvider.System.GetElapsedTime(began) + Period < duration)
                    await Task.Delay(Period, TimeProvider.System, ct);
                else
                    break;
            }
            while (!ct.IsCancellationRequested);
        }));
        return errors;
    }

    public void Dispose() => _http.Dispose();
}
