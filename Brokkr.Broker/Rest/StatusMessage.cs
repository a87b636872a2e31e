using System.Globalization;
using System.Text;

namespace Brokkr.Broker.Rest;

/// <summary>A message as the header of gRPC carries it: printable ASCII stands as it is, but for the percent sign itself. Pure.</summary>
internal static class StatusMessage
{
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
                text.Append((char)octet);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return text.ToString();
    }
}
