using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Gantry.Server.Access.Federation;

/// <summary>A JWT as somebody sent it (RFC 7519 in RFC 7515's compact form). Nothing in it is believed yet.</summary>
public sealed record OutsideToken
{
    /// <summary>Longer texts are no tokens.</summary>
    public const int MaxLength = 32 * 1024;

    private const int MaxHeaderLength = 4 * 1024;

    /// <summary>The algorithm that it names, whatever the name is.</summary>
    public string? Algorithm { get; private init; }

    /// <summary>What it is declared to be; null where nothing is said.</summary>
    public string? Type { get; private init; }

    /// <summary>The key that it names. Only ever compared; never a path, an address or a statement.</summary>
    public string? KeyId { get; private init; }

    /// <summary>Whether the header says that some of it must be understood (RFC 7515, 4.1.11).</summary>
    public bool IsCritical { get; private init; }

    /// <summary>What it claims; an object.</summary>
    public JsonElement Claims { get; private init; }

    /// <summary>What was signed.</summary>
    public ReadOnlyMemory<byte> Signed { get; private init; }

    public ReadOnlyMemory<byte> Signature { get; private init; }

    /// <summary>Reads a token's three parts; null where the text is none. Keys and addresses in its header (jwk, jku, x5c, x5u) are not even read.</summary>
    public static OutsideToken? TryParse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var headerEnd = text.IndexOf('.', StringComparison.Ordinal);
        var bodyEnd = text.LastIndexOf('.');
        if (headerEnd is < 0 or > MaxHeaderLength || bodyEnd == headerEnd || text.AsSpan(headerEnd + 1, bodyEnd - headerEnd - 1).Contains('.'))
            return null;
        if (Decode(text.AsSpan(0, headerEnd)) is not { } head || Decode(text.AsSpan(headerEnd + 1, bodyEnd - headerEnd - 1)) is not { } body)
            return null;
        if (Decode(text.AsSpan(bodyEnd + 1)) is not { } signature)
            return null;
        using var header = OutsideJson.TryParse(head);
        using var claims = OutsideJson.TryParse(body);
        if (header is null || claims is null)
            return null;
        return new OutsideToken
        {
            Algorithm = OutsideJson.Text(header.RootElement, "alg"),
            Type = header.RootElement.TryGetProperty("typ", out var type) ? OutsideJson.Text(header.RootElement, "typ") ?? type.ValueKind.ToString() : null,
            KeyId = header.RootElement.TryGetProperty("kid", out _) ? OutsideJson.Text(header.RootElement, "kid") ?? "" : null,
            IsCritical = header.RootElement.TryGetProperty("crit", out _),
            Claims = claims.RootElement.Clone(),
            Signed = Encoding.ASCII.GetBytes(text, 0, bodyEnd),
            Signature = signature,
        };
    }

    /// <summary>Reads base64url without padding, and nothing that a lenient reader would skip; null where it is none.</summary>
    internal static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny("= \t\r\n"))
            return null;
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
