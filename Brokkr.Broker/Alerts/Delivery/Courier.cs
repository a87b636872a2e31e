using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Secrets;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Brings one message to a receiver of any kind, and does not wait for ever.</summary>
internal sealed class Courier(HttpSender http, MailSender mails, SecretBox box, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Sends a message that says that it is a test, once.</summary>
    public Task<Outcome> TestAsync(ReceiverRow row, CancellationToken ct) =>
        SendAsync(row, Guid.NewGuid(), new(MessageTypes.Test, clock.GetUtcNow(), new("test", "", null, new(0, 0), 0, [])), ct);

    public async Task<Outcome> SendAsync(ReceiverRow row, Guid id, Message message, CancellationToken ct)
    {
        if (row.Open(box) is not { } to)
            return new(0, ReceiverRow.NoKey);
        return await InTimeAsync(
            time => to.Kind is Kind.Email ? mails.SendAsync(to, id, message, time) : http.SendAsync(to, id, message, time), ct);
    }

    /// <summary>Brings a body that is made already to a receiver over HTTP.</summary>
    public Task<Outcome> PostAsync(Receiver to, string body, CancellationToken ct) =>
        InTimeAsync(time => http.PostAsync(to, Guid.NewGuid(), body, time), ct);

    private async Task<Outcome> InTimeAsync(Func<CancellationToken, Task<Outcome>> send, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        Outcome outcome;
        try
        {
            outcome = await send(either.Token);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // What earlier versions took: it costs this receiver and no other.
            outcome = new(0, "What is kept of this receiver cannot be sent to: enter all of it anew.");
        }

        ct.ThrowIfCancellationRequested();
        return outcome;
    }
}
