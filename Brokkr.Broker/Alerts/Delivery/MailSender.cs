using System.Net;
using System.Net.Sockets;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Receivers;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Sends messages as mails, over TLS only, to servers whose address was looked at.</summary>
internal sealed class MailSender(Destinations destinations, ReceiverTrust trust)
{
    private const int ImplicitTls = 465;

    public async Task<Outcome> SendAsync(Receiver to, Guid id, Message message, CancellationToken ct)
    {
        var mail = to.Mail!;
        try
        {
            using var socket = await destinations.ConnectAsync(mail.Host, mail.Port, isSecure: true, ct);
            using var smtp = new SmtpClient();
            smtp.ServerCertificateValidationCallback = trust.Accepts;
            var tls = mail.Port == ImplicitTls ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls;
            await smtp.ConnectAsync(socket, mail.Host, mail.Port, tls, ct);
            if (mail.Username.Length > 0)
                await smtp.AuthenticateAsync(new NetworkCredential(mail.Username, to.Secrets.Secret), ct);
            await smtp.SendAsync(MailOf(mail, id, message), ct);
            await smtp.DisconnectAsync(quit: true, ct);
            return Outcome.Delivered;
        }
        catch (OperationCanceledException)
        {
            return new(0, "It did not answer in time.");
        }
        catch (Exception e) when (e is DestinationException or SocketException or IOException or ProtocolException or CommandException
            or AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            return new(0, ReasonOf(e));
        }
    }

    /// <summary>The mail: what is wrong stands in the subject; the same text plain and as HTML. Pure.</summary>
    internal static MimeMessage MailOf(Wire.AlertMail mail, Guid id, Message message)
    {
        var made = new MimeMessage
        {
            Subject = MessageText.FirstLineOf(message),
            Date = message.Timestamp,
            MessageId = $"{id}@{mail.From[(mail.From.LastIndexOf('@') + 1)..]}",
            Body = new BodyBuilder { TextBody = MailBody.TextOf(message), HtmlBody = MailBody.HtmlOf(message) }.ToMessageBody(),
        };
        made.From.Add(MailboxAddress.Parse(mail.From));
        made.To.AddRange(mail.To.Select(MailboxAddress.Parse));
        made.Headers.Add("Auto-Submitted", "auto-generated");
        return made;
    }

    private static string ReasonOf(Exception e) => e switch
    {
        DestinationException => $"It cannot be reached: {e.Message}.",
        AuthenticationException => "The SMTP server does not accept user and password.",
        SslHandshakeException => "The certificate of the SMTP server is not trusted.",
        NotSupportedException => "The SMTP server offers no TLS, without which nothing is sent.",
        SmtpCommandException command => $"The SMTP server refused the mail ({(int)command.StatusCode}).",
        SocketException { SocketErrorCode: var code } => $"It cannot be reached: the connection failed ({code}).",
        _ => "The SMTP server closed the connection.",
    };
}
