using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
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
    public const int MaxKeptLength = 8 * 1024;

    /// <summary>Verdicts kept at most.</summary>
    public const int MaxKept = 10_000;

    /// <summary>Characters of tokens whose verdicts are kept at most: anybody may ask for long ones.</summary>
    public const int MaxKeptTotal = 16 * 1024 * 1024;

    private const int SignatureBytes = 64;

    // Of the process: so are the processors. A check costs as much as several requests, and whoever has seen one token
    // can ask for it with made-up signatures without end: half of the processors stay out of it.
    private static readonly SignatureGate Checks = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly ConcurrentDictionary<TextDigest, KeptToken> _kept = new();
    private long _keptTotal;

    /// <summary>Headers by identity: for one that did not change since a connection's last request, Kestrel hands out the same text object.
    /// An entry goes with its text.</summary>
    private readonly ConditionalWeakTable<string, VerifiedToken> _headers = [];

    public int Kept => _kept.Count;

    /// <summary>The token in a header; null where it is none of ours. As <see cref="VerifyAsync(string, IPAddress?, CancellationToken)"/>, and without hashing what this connection has shown before.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="start">Where the token begins in it.</param>
    /// <param name="address">Where it comes from; null where that is not known.</param>
    /// <param name="ct">Cancels look-ups of keys.</param>
    public ValueTask<VerifiedToken?> VerifyHeaderAsync(string header, int start, IPAddress? address, CancellationToken ct) =>
        _headers.TryGetValue(header, out var known) ? new ValueTask<VerifiedToken?>(known) : VerifyAndRememberAsync(header, start, address, ct);

    private async ValueTask<VerifiedToken?> VerifyAndRememberAsync(string header, int start, IPAddress? address, CancellationToken ct)
    {
        var token = await VerifyAsync(header[start..].Trim(), address, ct);
        if (token is not null)
            _headers.AddOrUpdate(header, token);
        return token;
    }

    /// <inheritdoc cref="VerifyAsync(string, IPAddress?, CancellationToken)"/>
    public ValueTask<VerifiedToken?> VerifyAsync(string text, CancellationToken ct) => VerifyAsync(text, address: null, ct);

    /// <summary>The token, or null where the text is none of ours.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">It is not known yet, and more of its address wait to be checked than may.</exception>
    public ValueTask<VerifiedToken?> VerifyAsync(string text, IPAddress? address, CancellationToken ct)
    {
        // (1)
        if (text.Length > MaxLength || !Ascii.IsValid(text))
            return default;
        if (text.Length > MaxKeptLength)
            return ReadAsync(text, address, ct);
        var digest = TextDigest.Of(text);
        return _kept.TryGetValue(digest, out var known) ? new ValueTask<VerifiedToken?>(known.Token) : ReadAndKeepAsync(text, digest, address, ct);
    }

    private async ValueTask<VerifiedToken?> ReadAndKeepAsync(string text, TextDigest digest, IPAddress? address, CancellationToken ct)
    {
        var token = await ReadAsync(text, address, ct);
        if (token is not null)
        {
            MakeRoom();
            if (_kept.TryAdd(digest, new KeptToken(token, text.Length)))
                Interlocked.Add(ref _keptTotal, text.Length);
        }
        return token;
    }

    private async ValueTask<VerifiedToken?> ReadAsync(string text, IPAddress? address, CancellationToken ct)
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
        if (signature is not { Length: SignatureBytes } || !await Checks.CheckAsync(address, () => key.Verifies(Encoding.UTF8.GetBytes(text, 0, bodyEnd), signature), ct))
            return null;

        // (4) From here on every byte is our own.
        return Decode(text.AsSpan(headerEnd + 1, bodyEnd - headerEnd - 1)) is { } body ? Read(body) : null;
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
        if (_kept.Count < MaxKept && Volatile.Read(ref _keptTotal) < MaxKeptTotal)
            return;
        var now = time.GetUtcNow();
        foreach (var (digest, kept) in _kept)
        {
            if (kept.Token.Expires <= now)
                Forget(digest);
        }
        if (_kept.Count < MaxKept && Volatile.Read(ref _keptTotal) < MaxKeptTotal)
            return;
        // Ten thousand live tokens: starting over costs one signature check each.
        foreach (var (digest, _) in _kept)
            Forget(digest);
    }

    private void Forget(TextDigest digest)
    {
        if (_kept.TryRemove(digest, out var kept))
            Interlocked.Add(ref _keptTotal, -kept.Length);
    }

    private readonly record struct KeptToken(VerifiedToken Token, int Length);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct TextDigest(UInt128 High, UInt128 Low)
    {
        [SkipLocalsInit]
        public static TextDigest Of(string text)
        {
            Span<byte> utf8 = stackalloc byte[MaxKeptLength];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(text, utf8)], digest);
            return new TextDigest(MemoryMarshal.Read<UInt128>(digest), MemoryMarshal.Read<UInt128>(digest[16..]));
        }
    }
}
