using System.Globalization;
using System.Text;

namespace Brokkr.Broker.Ui.Parts;

/// <summary>Makes identifiers of elements from texts of clusters, which may hold anything. Pure.</summary>
public static class Anchor
{
    /// <summary>Different texts have different anchors: what is no letter, digit, point or hyphen is written by its number.</summary>
    public static string Of(params string[] parts)
    {
        var anchor = new StringBuilder();
        foreach (var part in parts)
        {
            if (anchor.Length > 0)
                anchor.Append(':');
            foreach (var c in part)
            {
                if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
                    anchor.Append(c);
                else
                    anchor.Append(CultureInfo.InvariantCulture, $"_{(int)c:x}_");
            }
        }

        return anchor.ToString();
    }
}
