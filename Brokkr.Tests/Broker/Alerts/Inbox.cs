using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Takes what is posted to it, on a real port, and answers as it is told.</summary>
public sealed class Inbox : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Inbox(WebApplication app) => _app = app;

    /// <summary>What arrived, in order.</summary>
    public ConcurrentQueue<Letter> Letters { get; } = new();

    /// <summary>Answers a post; 200 where nothing else is said.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Url { get; private set; } = "";

    public IEnumerable<JsonNode> Bodies => Letters.Select(l => JsonNode.Parse(l.Body)!);

    public static async Task<Inbox> OpenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var app = builder.Build();
        var inbox = new Inbox(app);
        app.Run(inbox.TakeAsync);
        await app.StartAsync();
        inbox.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return inbox;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var letter = new Letter(context.Request.Path, await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()));
        await Answer(context);
        Letters.Enqueue(letter);
    }
}

/// <summary>One post.</summary>
public sealed record Letter(string Path, string Body, Dictionary<string, string> Headers);
