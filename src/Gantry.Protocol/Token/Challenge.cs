using System.Text;

namespace Gantry.Protocol.Token;

/// <summary>What a <c>WWW-Authenticate</c> header asks for (RFC 9110 section 11.6.1).</summary>
/// <param name="Scheme">As written: <c>Bearer</c> or <c>Basic</c>, in any case.</param>
/// <param name="Parameters">Lower-case names.</param>
public sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    public bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    public string? Realm => Parameters.GetValueOrDefault("realm");

    public string? Service => Parameters.GetValueOrDefault("service");

    public string? ScopeText => Parameters.GetValueOrDefault("scope");

    public string? Error => Parameters.GetValueOrDefault("error");

    /// <summary>A Bearer challenge. The values are quoted; none may hold a quote or a control character.</summary>
    public static string Bearer(string realm, string service, string? scope, string? error)
    {
        var header = new StringBuilder();
        header.Append("Bearer realm=\"").Append(realm).Append("\",service=\"").Append(service).Append('"');
        if (scope is not null)
            header.Append(",scope=\"").Append(scope).Append('"');
        if (error is not null)
            header.Append(",error=\"").Append(error).Append('"');
        return header.ToString();
    }

    /// <summary>Reads a header's first challenge; null where it has none.</summary>
    public static Challenge? TryParse(ReadOnlySpan<char> header)
    {
        header = header.Trim();
        var blank = header.IndexOf(' ');
        var scheme = blank < 0 ? header : header[..blank];
        if (scheme.IsEmpty || scheme.ContainsAny("=,\""))
            return null;
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = blank < 0 ? default : header[blank..];
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            var equals = rest.IndexOf('=');
            if (equals <= 0)
                break;
            var name = rest[..equals].Trim();
            // A blank inside the name: here begins the next challenge.
            if (name.Contains(' '))
                break;
            rest = rest[(equals + 1)..].TrimStart();
            parameters.TryAdd(name.ToString().ToLowerInvariant(), rest is ['"', ..] ? Quoted(ref rest) : Plain(ref rest));
        }
        return new Challenge(scheme.ToString(), parameters);
    }

    private static string Plain(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(", \t");
        var value = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return value.ToString();
    }

    private static string Quoted(ref ReadOnlySpan<char> rest)
    {
        var value = new StringBuilder();
        var i = 1;
        for (; i < rest.Length && rest[i] != '"'; i++)
        {
            if (rest[i] == '\\' && i + 1 < rest.Length)
                i++;
            value.Append(rest[i]);
        }
        rest = i < rest.Length ? rest[(i + 1)..] : default;
        return value.ToString();
    }
}
