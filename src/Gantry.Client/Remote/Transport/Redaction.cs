using System.Text;
using Gantry.Protocol;

namespace Gantry.Client.Remote.Transport;

/// <summary>Takes secrets out of what is told of requests (GHSA-5jhf-2qmf-m8c5).</summary>
internal sealed class Redaction(IReadOnlyList<KeyValuePair<string, string>> customHeaders)
{
    private const string Hidden = "*****";

    private static readonly string[] SecretHeaders = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "Authentication-Info"];

    /// <summary>Parameters of the protocol that name things and prove nothing. Every other value may be a secret.</summary>
    private static readonly HashSet<string> PlainParameters = new(["scope", "service", "n", "last", "orderby", "artifactType", "digest", "mount", "from", "tag", "api-version", "$filter", "$top"], StringComparer.Ordinal);

    private readonly HashSet<string> _hidden = new([.. SecretHeaders, .. customHeaders.Select(header => header.Key)], StringComparer.OrdinalIgnoreCase);

    public string Header(string name, string value) => name switch
    {
        _ when _hidden.Contains(name) => Hidden,
        _ when name.Equals("Location", StringComparison.OrdinalIgnoreCase) => Url(value),
        _ when name.Equals("Link", StringComparison.OrdinalIgnoreCase) => Link(value),
        _ => Printable.Of(value).Replace("\\\"", "\"", StringComparison.Ordinal),
    };

    /// <summary>The URL with the values of its query hidden but for those that name things: signed storage URLs and upload sessions are secrets.</summary>
    public static string Url(Uri url) => Url(url.IsAbsoluteUri ? url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped) : url.OriginalString);

    /// <summary>For messages: no query at all.</summary>
    public static string WithoutQuery(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static string Url(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.UserInfo.Length > 0)
            return Url(absolute);
        var question = url.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
            return Printable.Of(url);
        var text = new StringBuilder(Printable.Of(url.AsSpan(0, question)));
        var separator = '?';
        foreach (var range in url.AsSpan(question + 1).Split('&'))
        {
            var pair = url.AsSpan(question + 1)[range];
            var equals = pair.IndexOf('=');
            text.Append(separator).Append(equals < 0 ? Hidden : $"{Printable.Of(pair[..equals])}={Value(pair[..equals], pair[(equals + 1)..])}");
            separator = '&';
        }
        return text.ToString();
    }

    private static string Value(ReadOnlySpan<char> name, ReadOnlySpan<char> value) => PlainParameters.Contains(name.ToString()) ? Printable.Of(value) : Hidden;

    private static string Link(string value)
    {
        var close = value.IndexOf('>', StringComparison.Ordinal);
        return value is ['<', ..] && close > 0 ? $"<{Url(value[1..close])}>{Printable.Of(value.AsSpan(close + 1)).Replace("\\\"", "\"", StringComparison.Ordinal)}" : Hidden;
    }
}
