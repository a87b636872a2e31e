using System.Collections.Concurrent;
using System.Net;
using Brokkr.Broker.Rest;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Ui;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Brokkr.Tests.Attack;

/// <summary>Sends what the generators make, several at a time, and gathers what is wrong with the answers.</summary>
internal sealed class Attackers(AttackedBroker broker, Prey prey, int seed) : IDisposable
{
    /// <summary>Of the first line of a request, beside its target: more than any method and version have.</summary>
    private const int RestOfLine = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = broker.Rest, Timeout = Patience };

    private readonly HttpClient _rpc =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = broker.Rpc, Timeout = Patience };

    public ConcurrentBag<string> Flaws { get; } = [];

    /// <summary>How often there was which answer.</summary>
    public string Answers => string.Join(", ", _answers.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}: {s.Value}"));

    public Task RestAsync(int calls, int workers) => ShareAsync(calls, workers, random =>
    {
        var generator = new HostileRest(random, prey);
        return () => (Task)SendAsync(generator.Next());
    });

    public Task RpcAsync(int calls, int workers) => ShareAsync(calls, workers, random =>
    {
        var generator = new HostileRpc(random, prey);
        return () => CallAsync(generator.Next());
    });

    public Task WireAsync(int calls, int workers) => ShareAsync(calls, workers, random => () => WriteAsync(HostileWire.Next(random, prey)));

    /// <summary>One worker: an agent takes its steps one after the other.</summary>
    public Task AgentAsync(int steps) => ShareAsync(steps, 1, random =>
    {
        var agent = new HostileAgent(broker, prey, random, SendAsync);
        var step = 0;
        return () => agent.StepAsync(step++);
    });

    /// <summary>One worker, of manifests that take the broker long enough.</summary>
    public Task AdminAsync(int steps) => ShareAsync(steps, 1, random => new HostileAdmin(prey, random, SendAsync).StepAsync);

    /// <summary>Several who are in each other's way.</summary>
    public Task ChurnAsync(int steps, int workers)
    {
        var commons = new HostileChurn.Commons();
        return ShareAsync(steps, workers, random => new HostileChurn(random, commons, prey.AdminPak, SendAsync).StepAsync);
    }

    public async Task ConsoleAsync(int calls, int workers)
    {
        using var browser = new PlainBrowser(broker.Rest);
        using var answer = await browser.SignInAsync(prey.AdminPak);
        await ShareAsync(calls, workers, random =>
        {
            var generator = new HostileConsole(random, prey, browser.Cookie!);
            return () => (Task)SendAsync(generator.Next());
        });
    }

    public Task FramesAsync(int calls, int workers) => ShareAsync(calls, workers, random =>
    {
        var generator = new HostileFrames(random, prey);
        return () => FrameAsync(generator.Next());
    });

    /// <summary>Opens more streams than one address may hold; answers how many the broker refused.</summary>
    public async Task<int> StreamsAsync(int streams)
    {
        using var channel = GrpcChannel.ForAddress(broker.Rpc);
        using var patience = new CancellationTokenSource(Patience);
        var (calls, refused) = (new List<AsyncServerStreamingCall<HealthCheckResponse>>(), 0);
        for (var i = 0; i < streams; i++)
        {
            calls.Add(new Health.HealthClient(channel).Watch(new(), cancellationToken: patience.Token));
            try
            {
                await calls[^1].ResponseStream.MoveNext(patience.Token);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                refused++;
            }
        }

        calls.ForEach(c => c.Dispose());
        return refused;
    }

    public void Dispose()
    {
        _http.Dispose();
        _rpc.Dispose();
    }

    /// <summary>Whether the server itself refused the request, before there was a call that could have an identifier.</summary>
    private static bool IsOfParser(Uri uri, HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => uri.AbsolutePath.Contains("%00", StringComparison.Ordinal),
        HttpStatusCode.RequestUriTooLong => uri.PathAndQuery.Length > 4 * RequestHead.MaxTarget - RestOfLine,
        _ => false,
    };

    /// <summary>Answers the body of a success, and null otherwise.</summary>
    private async Task<string?> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            try
            {
                using var answer = await _http.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                Count($"REST {(int)answer.StatusCode}");
                // Below /ui it is a page for people, and nothing after HEAD.
                var hasForm = request.Method != HttpMethod.Head && !$"{request.RequestUri}".Contains("/ui", StringComparison.OrdinalIgnoreCase);
                if (IsOfParser(request.RequestUri!, answer.StatusCode))
                    return null;
                var id = answer.Headers.TryGetValues("x-request-id", out var ids) ? ids.First() : null;
                Note($"{request.Method} {request.RequestUri} {request.Content?.Headers.ContentType}",
                    Complaints.OfRest((int)answer.StatusCode, id, answer.Content.Headers.ContentType?.MediaType, body, hasForm));
                return answer.IsSuccessStatusCode ? body : null;
            }
            catch (HttpRequestException e)
            {
                // A server that will not read on closes the connection.
                Count($"REST {e.HttpRequestError}");
                return null;
            }
        }
    }

    private async Task CallAsync((string Path, byte[] Message, string? Encoding, string Key) call)
    {
        var sent = $"{call.Path} {Convert.ToHexString(call.Message.AsSpan(0, Math.Min(call.Message.Length, 100)))} {call.Encoding}";
        try
        {
            var (status, details) = await RawCalls.GrpcAsync(broker.Rpc, call.Path, call.Message, call.Encoding, ("authorization", call.Key));
            Count($"gRPC {status}");
            Note(sent, Complaints.OfRpc(status, details));
        }
        catch (InvalidOperationException e)
        {
            Note(sent, e.Message);
        }
        catch (HttpRequestException e)
        {
            Count($"gRPC {e.HttpRequestError}");
        }
    }

    private async Task FrameAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var told = HostileFrames.Told(request, await request.Content!.ReadAsByteArrayAsync());
            try
            {
                using var answer = await _rpc.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                var (status, details) = (Find("grpc-status"), RawCalls.Details(Find("grpc-status-details-bin")));
                Count($"frame {(int)answer.StatusCode} {status}");
                // Who says how long to wait for an answer is told by the server itself that the time is over.
                if (status == $"{(int)StatusCode.DeadlineExceeded}" && request.Headers.Contains("grpc-timeout"))
                    return;
                Note(told, int.TryParse(status, out var code)
                    ? Complaints.OfRpc((StatusCode)code, details)
                    : Complaints.OfRest((int)answer.StatusCode, Find("x-request-id"), answer.Content.Headers.ContentType?.MediaType, body,
                        request.Method != HttpMethod.Head && !$"{request.RequestUri}".Contains("/ui", StringComparison.Ordinal)));

                string Find(string name) => answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values)
                    ? values.First()
                    : "";
            }
            catch (HttpRequestException e)
            {
                Count($"frame {e.HttpRequestError}");
            }
        }
    }

    private async Task WriteAsync(string sent)
    {
        try
        {
            var answer = await RawCalls.TcpAsync(broker.Rest, sent, Patience);
            Count($"wire {(answer.Length > 12 ? answer[9..12] : "closed")}");
            Note(sent, Complaints.OfWire(answer));
        }
        catch (IOException)
        {
            Count("wire reset");
        }
    }

    /// <summary>Each worker has a random of its own, so that a seed makes the same calls whichever worker is quicker.</summary>
    private async Task ShareAsync(int calls, int workers, Func<Random, Func<Task>> worker) =>
        await Task.WhenAll(Enumerable.Range(0, workers).Select(async number =>
        {
            var act = worker(new(unchecked(seed * 31 + calls * 17 + number)));
            for (var i = number; i < calls && !broker.HasExited; i += workers)
                await act();
        }));

    private void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    private void Note(string sent, string? complaint)
    {
        if (complaint is not null)
            Flaws.Add($"{sent[..Math.Min(sent.Length, 300)]} => {complaint}");
    }
}
