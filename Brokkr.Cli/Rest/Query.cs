using System.Text;

namespace Brokkr.Cli.Rest;

/// <summary>A path of the REST API with what is asked for behind it; what is null or empty is left out.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public Query With(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public Query With(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
            With(name, value);
        return this;
    }

    public override string ToString() => _text.ToString();
}
