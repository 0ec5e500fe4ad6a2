using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Protocol.Token;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Decides whether a text is a token that we signed, and reads it.</summary>
/// <remarks><code>
///   text ──(1) size──► three parts ──(2) header──► our key ──(3) signature──► (4) claims ──► kept by the text's SHA-256
/// </code>
/// Only what passed is kept, so made-up tokens take no room; time, registry and principal are judged by the caller each time.
/// </remarks>
public sealed class TokenVerifier(SigningKeys keys, TimeProvider time)
{
    /// <summary>Longer texts are no tokens.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Longer tokens are verified anew each time.</summary>
    public const int MaxKeptLength = 2 * 1024;

    /// <summary>Verdicts kept at most.</summary>
    public const int MaxKept = 10_000;

    private const int SignatureBytes = 64;

    // Of the process: so are the processors.
    private static readonly SemaphoreSlim Checks = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly ConcurrentDictionary<TextDigest, VerifiedToken> _kept = new();

    /// <summary>Headers by identity: for one that did not change since a connection's last request, Kestrel hands out the same text object.
    /// An entry goes with its text.</summary>
    private readonly ConditionalWeakTable<string, VerifiedToken> _headers = [];

    public int Kept => _kept.Count;

    /// <summary>The token in a header; null where it is none of ours. As <see cref="VerifyAsync"/>, and without hashing what this connection has shown before.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="start">Where the token begins in it.</param>
    /// <param name="ct">Cancels look-ups of keys.</param>
    public ValueTask<VerifiedToken?> VerifyHeaderAsync(string header, int start, CancellationToken ct) =>
        _headers.TryGetValue(header, out var known) ? new ValueTask<VerifiedToken?>(known) : VerifyAndRememberAsync(header, start, ct);

    private async ValueTask<VerifiedToken?> VerifyAndRememberAsync(string header, int start, CancellationToken ct)
    {
        var token = await VerifyAsync(header[start..].Trim(), ct);
        if (token is not null)
            _headers.AddOrUpdate(header, token);
        return token;
    }

    /// <summary>The token, or null where the text is none of ours.</summary>
    public ValueTask<VerifiedToken?> VerifyAsync(string text, CancellationToken ct)
    {
        // (1)
        if (text.Length > MaxLength)
            return default;
        if (text.Length > MaxKeptLength)
            return ReadAsync(text, ct);
        var digest = TextDigest.Of(text);
        return _kept.TryGetValue(digest, out var known) ? new ValueTask<VerifiedToken?>(known) : ReadAndKeepAsync(text, digest, ct);
    }

    private async ValueTask<VerifiedToken?> ReadAndKeepAsync(string text, TextDigest digest, CancellationToken ct)
    {
        var token = await ReadAsync(text, ct);
        if (token is not null)
        {
            MakeRoom();
            _kept[digest] = token;
        }
        return token;
    }

    private async ValueTask<VerifiedToken?> ReadAsync(string text, CancellationToken ct)
    {
        // (2) The header must be, letter by letter, one that our keys write. So nothing in it is ever interpreted:
        // no algorithm to confuse, no key to embed, no address to fetch one from (CVE-2025-24976).
        var headerEnd = text.IndexOf('.', StringComparison.Ordinal);
        var bodyEnd = text.LastIndexOf('.');
        if (headerEnd < 0 || bodyEnd == headerEnd)
            return null;
        var key = await keys.FindAsync(text.AsMemory(0, headerEnd), ct);
        if (key is null)
            return null;

        // (3)
        var signature = Decode(text.AsSpan(bodyEnd + 1));
        if (signature is not { Length: SignatureBytes } || !await VerifiesAsync(key, Encoding.UTF8.GetBytes(text, 0, bodyEnd), signature, ct))
            return null;

        // (4) From here on every byte is our own.
        return Decode(text.AsSpan(headerEnd + 1, bodyEnd - headerEnd - 1)) is { } body ? Read(body) : null;
    }

    /// <summary>A check costs as much as several requests, and whoever has seen one token can ask for it with made-up signatures without end: half of the processors stay out of it.</summary>
    private async ValueTask<bool> VerifiesAsync(SigningKey key, byte[] signed, byte[] signature, CancellationToken ct)
    {
        await Checks.WaitAsync(ct);
        try
        {
            return key.Verifies(signed, signature);
        }
        finally
        {
            Checks.Release();
        }
    }

    private static VerifiedToken? Read(byte[] body)
    {
        var claims = JsonSerializer.Deserialize(body, AccessJson.Default.TokenClaims);
        if (claims is not { Issuer: TokenClaims.OurIssuer } || !long.TryParse(claims.RegistryId, out var registry))
            return null;
        TokenKind? kind = claims.GrantType switch
        {
            TokenClaims.AccessGrant => TokenKind.Access,
            TokenClaims.RefreshGrant => TokenKind.Refresh,
            _ => null,
        };
        var identity = IdentityKey.TryParse(claims.Subject);
        if (kind is null || (identity is null && claims.Subject != TokenClaims.AnonymousSubject))
            return null;
        return new VerifiedToken
        {
            Kind = kind.Value,
            Id = claims.Id,
            Identity = identity,
            Generation = claims.Generation,
            Session = claims.Session,
            Registry = new RegistryId(registry),
            Audience = claims.Audience,
            NotBefore = DateTimeOffset.FromUnixTimeSeconds(claims.NotBefore),
            Expires = DateTimeOffset.FromUnixTimeSeconds(claims.Expires),
            Scopes = [.. (claims.Access ?? []).Select(access => new Scope(access.Type, access.Name, access.Actions))],
            Lease = claims.Lease,
        };
    }

    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        // One text per token: base64url without padding, and nothing that a lenient reader would skip.
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

    private void MakeRoom()
    {
        if (_kept.Count < MaxKept)
            return;
        var now = time.GetUtcNow();
        foreach (var (digest, token) in _kept)
        {
            if (token.Expires <= now)
                _kept.TryRemove(digest, out _);
        }
        // Ten thousand live tokens: starting over costs one signature check each.
        if (_kept.Count >= MaxKept)
            _kept.Clear();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct TextDigest(UInt128 High, UInt128 Low)
    {
        [SkipLocalsInit]
        public static TextDigest Of(string text)
        {
            Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaxKeptLength)];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(text, utf8)], digest);
            return new TextDigest(MemoryMarshal.Read<UInt128>(digest), MemoryMarshal.Read<UInt128>(digest[16..]));
        }
    }
}
