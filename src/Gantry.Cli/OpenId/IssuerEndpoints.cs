using System.Text.Json;

namespace Gantry.Cli.OpenId;

/// <summary>Where an issuer is asked what (OpenID Connect Discovery 1.0, RFC 8414).</summary>
internal sealed record IssuerEndpoints
{
    /// <summary>The issuer, exactly as its tokens name it.</summary>
    public required string Issuer { get; init; }

    public required Uri Token { get; init; }

    /// <summary>Where a browser goes; null where the issuer has no such flow.</summary>
    public Uri? Authorization { get; init; }

    /// <summary>Where a device code comes from; null where the issuer has no such flow.</summary>
    public Uri? Device { get; init; }

    /// <summary>Whether it writes its name into every answer to a browser (RFC 9207): then one without it is somebody else's.</summary>
    public bool NamesItself { get; init; }

    /// <summary>Reads the discovery document of an issuer; null where it is none, another issuer's, or leads off https.</summary>
    public static IssuerEndpoints? TryParse(ReadOnlyMemory<byte> json, string issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "issuer") != issuer || Address(root, "token_endpoint", issuer) is not { } token)
                return null;
            return new IssuerEndpoints
            {
                Issuer = issuer,
                Token = token,
                Authorization = Address(root, "authorization_endpoint", issuer),
                Device = Address(root, "device_authorization_endpoint", issuer),
                NamesItself = root.TryGetProperty("authorization_response_iss_parameter_supported", out var named) && named.ValueKind == JsonValueKind.True,
            };
        }
        // The second: half a surrogate pair in a text.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An address that may be asked: https, or http to loopback for an issuer that is itself there.</summary>
    public static bool MayAsk(Uri address, string issuer) =>
        address.UserInfo.Length == 0 && (address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && issuer.StartsWith("http://", StringComparison.OrdinalIgnoreCase)));

    private static Uri? Address(JsonElement root, string member, string issuer) =>
        Uri.TryCreate(Text(root, member), UriKind.Absolute, out var address) && MayAsk(address, issuer) ? address : null;

    private static string? Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}
