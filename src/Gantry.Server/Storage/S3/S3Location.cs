using System.Diagnostics.CodeAnalysis;
using Gantry.Protocol;

namespace Gantry.Server.Storage.S3;

/// <summary>Which bucket of which store, and where in it: <c>s3://BUCKET[/PREFIX][?endpoint=URL&amp;region=R&amp;create=true]</c>.</summary>
/// <remarks>Holds no secret, so it may be shown. Keys come from elsewhere: <see cref="S3Keys"/>.</remarks>
public sealed record S3Location
{
    /// <summary>What the text begins with.</summary>
    public const string Scheme = "s3://";

    private const int MaxPrefix = 200;

    public required string Bucket { get; init; }

    /// <summary>Above every key, without slashes at its ends; empty for none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>A store of one's own, addressed with the bucket in the path; null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Null for what the environment says, else <c>us-east-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the bucket is made where it is missing.</summary>
    public bool Create { get; init; }

    /// <param name="text">The text.</param>
    /// <param name="location">What it says.</param>
    /// <param name="problem">Why it says nothing; repeats no part that could be a secret.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out S3Location? location, [NotNullWhen(false)] out string? problem)
    {
        location = null;
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            problem = "an S3 store is written s3://BUCKET[/PREFIX]";
            return false;
        }
        var rest = text.AsSpan(Scheme.Length);
        var question = rest.IndexOf('?');
        var path = question < 0 ? rest : rest[..question];
        var slash = path.IndexOf('/');
        var bucket = slash < 0 ? path : path[..slash];
        var prefix = slash < 0 ? default : path[(slash + 1)..].TrimEnd('/');
        problem = path.Contains('@') ? KeysInside
            : !IsBucket(bucket) ? $"\"{Printable.Of(bucket.ToString())}\" is not a bucket: 3 to 63 lower-case letters, digits, dots and hyphens"
            : !IsPrefix(prefix) ? $"\"{Printable.Of(prefix.ToString())}\" is not a prefix: letters, digits, dots, hyphens and underscores between slashes, no segment that begins with a dot"
            : null;
        var parsed = problem is null ? new S3Location { Bucket = bucket.ToString(), Prefix = prefix.ToString() } : null;
        if (parsed is not null && question >= 0)
            parsed = WithQuery(parsed, rest[(question + 1)..].ToString(), out problem);
        location = parsed;
        return location is not null;
    }

    public override string ToString() => Prefix.Length == 0 ? $"{Scheme}{Bucket}" : $"{Scheme}{Bucket}/{Prefix}";

    private const string KeysInside = "keys do not belong into the address of a store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

    private static S3Location? WithQuery(S3Location location, string query, out string? problem)
    {
        problem = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            var value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
            if (!seen.Add(name))
                problem = $"\"{Printable.Of(name)}\" is given twice";
            else if (Apply(location, name, value, out problem) is { } applied)
                location = applied;
            if (problem is not null)
                return null;
        }
        return location;
    }

    private static S3Location? Apply(S3Location location, string name, string value, out string? problem)
    {
        problem = null;
        switch (name)
        {
            case "endpoint":
                problem = ExplainEndpoint(value, out var endpoint);
                return location with { Endpoint = endpoint };
            case "region":
                if (value.Length is 0 or > 64 || value.AsSpan().ContainsAnyExcept(RegionLetters))
                    problem = $"\"{Printable.Of(value)}\" is not a region";
                return location with { Region = value };
            case "create":
                if (value is not ("true" or "false"))
                    problem = "\"create\" is true or false";
                return location with { Create = value == "true" };
            default:
                problem = $"\"{Printable.Of(name)}\" is nothing that an S3 store is told: endpoint, region, create";
                return null;
        }
    }

    private static string? ExplainEndpoint(string value, out Uri? endpoint)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.Host.Length == 0)
            return "the endpoint of an S3 store is http://HOST[:PORT] or https://HOST[:PORT]";
        if (endpoint.UserInfo.Length > 0)
            return KeysInside;
        return endpoint is { AbsolutePath: "/", Query: "", Fragment: "" } ? null : "the endpoint of an S3 store has neither a path nor a query";
    }

    private static readonly System.Buffers.SearchValues<char> RegionLetters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly System.Buffers.SearchValues<char> BucketLetters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    private static readonly System.Buffers.SearchValues<char> PrefixLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./");

    private static bool IsBucket(ReadOnlySpan<char> text) =>
        text.Length is >= 3 and <= 63 && !text.ContainsAnyExcept(BucketLetters)
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.IndexOf("..") < 0;

    private static bool IsPrefix(ReadOnlySpan<char> text) =>
        text.Length <= MaxPrefix && !text.ContainsAnyExcept(PrefixLetters)
        && (text.IsEmpty || (text[0] is not ('/' or '.') && text.IndexOf("//") < 0 && text.IndexOf("/.") < 0));
}
