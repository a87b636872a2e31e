namespace Brokkr.Tests.Broker.Ui;

/// <summary>What a browser does with cookies and origins, without a window: it follows no redirect.</summary>
internal sealed class PlainBrowser(Uri url, params (string Name, string Value)[] always) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = url };

    /// <summary>As it is sent: <c>name=value</c>; null while there is none.</summary>
    public string? Cookie { get; set; }

    /// <summary>The browser of the holder of a new key.</summary>
    public static async Task<PlainBrowser> SignedInAsync(BrokerFixture broker, string role)
    {
        var browser = new PlainBrowser(broker.Urls[0]);
        using var answer = await browser.SignInAsync((await broker.GivenPakAsync(role)).Pak);
        return browser;
    }

    public Task<HttpResponseMessage> SignInAsync(string pak, string wanted = "/ui") =>
        PostAsync("/ui/sign-in", [("Sec-Fetch-Site", "same-origin")], ("pak", pak), ("return", wanted));

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers, null);

    public async Task<string> ReadAsync(string path, params (string Name, string Value)[] headers)
    {
        using var answer = await GetAsync(path, headers);
        return await answer.Content.ReadAsStringAsync();
    }

    public Task<HttpResponseMessage> PostAsync(string path) => PostAsync(path, [("Sec-Fetch-Site", "same-origin")]);

    public Task<HttpResponseMessage> PostAsync(string path, (string Name, string Value)[] headers, params (string Name, string Value)[] form) =>
        SendAsync(HttpMethod.Post, path, headers, new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, (string Name, string Value)[] headers, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers.Concat(always))
            request.Headers.TryAddWithoutValidation(name, value);
        if (Cookie is not null)
            request.Headers.Add("Cookie", Cookie);
        var answer = await _http.SendAsync(request);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set)
            && set.FirstOrDefault(c =>
            c.StartsWith("brokkr_session", StringComparison.Ordinal) || c.StartsWith("__Host-", StringComparison.Ordinal)) is { } cookie)
            Cookie = cookie.Split(';')[0] is var pair && pair.EndsWith('=') ? null : pair;
        return answer;
    }
}
