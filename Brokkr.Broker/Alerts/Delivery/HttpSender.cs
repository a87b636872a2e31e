using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Contracts.Text;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Posts messages, to addresses that were looked at, without following where an answer leads.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int AnswerBytes = 1024, ShownAnswer = 200;

    /// <summary>For longer nobody waits: then the message is given up.</summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromDays(1);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public HttpSender(Destinations destinations, ReceiverTrust trust, TimeProvider clock)
    {
        _clock = clock;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = destinations.Proxy is not null,
            Proxy = destinations.Proxy is { } proxy ? new WebProxy(proxy) : null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            SslOptions = { RemoteCertificateValidationCallback = trust.Accepts },
        };
        // Through a proxy only the proxy is connected to, which the settings name.
        if (destinations.Proxy is null)
        {
            handler.ConnectCallback = async (context, ct) => new NetworkStream(
                await destinations.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port,
                    context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps, ct), ownsSocket: true);
        }

        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a message under its identifier.</summary>
    public Task<Outcome> SendAsync(Receiver to, Guid id, Message message, CancellationToken ct)
    {
        var body = to.Kind switch
        {
            Kind.Slack => SlackBody.Of(message),
            Kind.Teams => TeamsBody.Of(message),
            Kind.Pagerduty => PagerDutyBody.Of(message, to.Secrets.Secret),
            Kind.Alertmanager => AlertmanagerBody.Of(message.Data.Alerts, message.Data.Rule, message.Timestamp),
            _ => message.ToJson(),
        };
        return PostAsync(to, id, body, ct);
    }

    /// <summary>Sends a body as the kind wants it.</summary>
    public async Task<Outcome> PostAsync(Receiver to, Guid id, string body, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, UrlOf(to))
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new("application/json") } },
            };
            request.Headers.UserAgent.Add(new("brokkr", null));
            if (to.Kind is Kind.Webhook)
                Signature.Add(request.Headers, to.Secrets, id, body, _clock.GetUtcNow());
            if (to is { Kind: Kind.Alertmanager, Secrets.Secret.Length: > 0 })
                request.Headers.Authorization = new("Bearer", to.Secrets.Secret);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return await OutcomeOfAsync(answer, ct);
        }
        catch (HttpRequestException e)
        {
            return new(0, $"It cannot be reached: {ReasonOf(e)}.");
        }
        catch (OperationCanceledException)
        {
            return new(0, "It did not answer in time.");
        }
    }

    public void Dispose() => _http.Dispose();

    private static Uri UrlOf(Receiver to) => to.Kind is Kind.Alertmanager && !to.Secrets.Url.EndsWith("/alerts", StringComparison.Ordinal)
        ? new($"{to.Secrets.Url.TrimEnd('/')}/api/v2/alerts")
        : new(to.Secrets.Url);

    private async Task<Outcome> OutcomeOfAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        // What else it says, and when, is nobody's concern.
        if (answer.IsSuccessStatusCode)
            return new((int)answer.StatusCode, null);
        var said = await BeginningOfAsync(answer, ct);
        var wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta < MostPatience ? delta : MostPatience,
            { Date: { } date } when date - _clock.GetUtcNow() is var left => left < MostPatience ? left : MostPatience,
            _ => (TimeSpan?)null,
        };
        var sentence = (int)answer.StatusCode is >= 300 and < 400
            ? $"It answered {(int)answer.StatusCode} and leads elsewhere, which is not followed: enter the URL that it leads to."
            : said.Length > 0 ? $"It answered {(int)answer.StatusCode}: {said}" : $"It answered {(int)answer.StatusCode}.";
        return new((int)answer.StatusCode, sentence, wait);
    }

    /// <summary>What a refusal begins with, for people to see, whatever it is.</summary>
    private static async Task<string> BeginningOfAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(ct);
            var bytes = new byte[AnswerBytes];
            var count = await stream.ReadAtLeastAsync(bytes, AnswerBytes, throwOnEndOfStream: false, ct);
            return TextCleaner.Clean(ShortText.Message(Encoding.UTF8.GetString(bytes, 0, count)), ShownAnswer);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }

    private static string ReasonOf(HttpRequestException e) => e switch
    {
        { InnerException: DestinationException inner } => inner.Message,
        { InnerException: AuthenticationException } => "its certificate is not trusted, or it speaks no TLS",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the name of its host is not known",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "it refused the connection",
        { InnerException: SocketException { SocketErrorCode: var code } } => $"the connection failed ({code})",
        { HttpRequestError: HttpRequestError.ResponseEnded } => "it closed the connection without an answer",
        _ => $"the connection failed ({e.HttpRequestError})",
    };
}
