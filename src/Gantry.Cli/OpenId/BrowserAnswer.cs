namespace Gantry.Cli.OpenId;

/// <summary>What a browser brought back from an issuer (RFC 6749 4.1.2, RFC 9207).</summary>
internal sealed record BrowserAnswer
{
    public string? Code { get; private init; }

    public string? State { get; private init; }

    /// <summary>Who says that it is the issuer's answer.</summary>
    public string? Issuer { get; private init; }

    public string? Error { get; private init; }

    public string? Description { get; private init; }

    /// <summary>Reads the target of a request to the loopback listener; null where it is no answer of an issuer, or says one thing twice.</summary>
    public static BrowserAnswer? TryParse(string target, string path)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        if (question < 0 || !target.AsSpan(0, question).SequenceEqual(path))
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in target[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (!values.TryAdd(name, equals < 0 ? "" : Decode(pair[(equals + 1)..])))
                return null;
        }
        return new BrowserAnswer
        {
            Code = values.GetValueOrDefault("code"),
            State = values.GetValueOrDefault("state"),
            Issuer = values.GetValueOrDefault("iss"),
            Error = values.GetValueOrDefault("error"),
            Description = values.GetValueOrDefault("error_description"),
        };
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
