using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol.Token;
using Gantry.Server.Access;

namespace Gantry.Server.Tests.Access;

/// <summary>CVE-2025-24976 and its kin: a token counts only if one of our keys signed it, and only for what it was signed for.</summary>
public sealed class ForgedTokenTests
{
    private static readonly Scope Everything = Scope.Repository("*", TokenActions.All);

    [Fact]
    public async Task A_token_of_ours_counts()
    {
        await using var room = await AccessRoom.OpenAsync();
        var found = await room.BearerAsync(room.First, room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Everything]));
        Assert.Equal(CredentialKind.AccessToken, found.Credential);
        Assert.Equal(room.Owner.AppId, found.Caller.Name);
    }

    [Fact]
    public async Task CVE_2025_24976_an_unsigned_token_is_refused()
    {
        await using var room = await AccessRoom.OpenAsync();
        var claims = ClaimsOf(room);
        foreach (var algorithm in new[] { "none", "None", "NONE", "" })
        {
            await RefusedAsync(room, $"{AccessRoom.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{AccessRoom.Encode(claims)}.");
            await RefusedAsync(room, $"{AccessRoom.Encode($$"""{"alg":"{{algorithm}}","kid":"{{room.Keys.Current.Id}}","typ":"JWT"}""")}.{AccessRoom.Encode(claims)}.AAAA");
        }
    }

    [Fact]
    public async Task CVE_2025_24976_a_key_embedded_in_the_header_is_never_used()
    {
        await using var room = await AccessRoom.OpenAsync();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = foreign.ExportParameters(includePrivateParameters: false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        string[] headers =
        [
            $$"""{"alg":"ES256","jwk":{{jwk}},"typ":"JWT"}""",
            $$"""{"alg":"ES256","kid":"{{room.Keys.Current.Id}}","jwk":{{jwk}},"typ":"JWT"}""",
            $$"""{"alg":"ES256","kid":"{{room.Keys.Current.Id}}","x5c":["MIIB"],"typ":"JWT"}""",
            """{"alg":"ES256","jku":"https://evil.example/keys","kid":"a","typ":"JWT"}""",
            """{"alg":"ES256","kid":"../../etc/passwd","typ":"JWT"}""",
            // Our very header, signed by somebody else.
            AccessRoom.Decode(room.Keys.Current.Header),
        ];
        foreach (var header in headers)
        {
            var signed = $"{AccessRoom.Encode(header)}.{AccessRoom.Encode(ClaimsOf(room))}";
            var signature = foreign.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            await RefusedAsync(room, $"{signed}.{Base64Url.EncodeToString(signature)}");
        }
    }

    [Fact]
    public async Task CVE_2025_24976_the_public_key_is_no_shared_secret()
    {
        await using var room = await AccessRoom.OpenAsync();
        var published = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(KeySet.Write(room.Keys.All).Span));
        foreach (var header in new[] { $$"""{"alg":"HS256","kid":"{{room.Keys.Current.Id}}","typ":"JWT"}""", AccessRoom.Decode(room.Keys.Current.Header) })
        {
            var signed = $"{AccessRoom.Encode(header)}.{AccessRoom.Encode(ClaimsOf(room))}";
            await RefusedAsync(room, $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(published, Encoding.ASCII.GetBytes(signed)))}");
        }
    }

    [Fact]
    public async Task CVE_2025_24976_claims_for_somebody_else_are_refused_though_our_key_signed_them()
    {
        await using var room = await AccessRoom.OpenAsync();
        var header = AccessRoom.Decode(room.Keys.Current.Header);
        var good = ClaimsOf(room);
        Assert.Equal(CredentialKind.AccessToken, (await room.BearerAsync(room.First, await room.SignAsync(header, good))).Credential);

        (string From, string To)[] changes =
        [
            ("\"iss\":\"Gantry Container Registry\"", "\"iss\":\"Azure Container Registry\""),
            ("\"aud\":\"firstregistry\"", "\"aud\":\"secondregistry\""),
            ($"\"rid\":\"{room.First.Id.Value}\"", $"\"rid\":\"{room.Second.Id.Value}\""),
            ($"\"rid\":\"{room.First.Id.Value}\"", "\"rid\":\"\""),
            ("\"grant_type\":\"access_token\"", "\"grant_type\":\"id_token\""),
            ($"\"sub\":\"{room.Owner.AppId}\"", $"\"sub\":\"{Guid.NewGuid()}\""),
            ($"\"sub\":\"{room.Owner.AppId}\"", "\"sub\":\"admin\""),
        ];
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, good, StringComparison.Ordinal);
            await RefusedAsync(room, await room.SignAsync(header, good.Replace(from, to, StringComparison.Ordinal)));
        }
        // The right claims under another header: the header is part of what makes it ours.
        await RefusedAsync(room, await room.SignAsync($$"""{"typ":"JWT","alg":"ES256","kid":"{{room.Keys.Current.Id}}"}""", good));
    }

    [Fact]
    public async Task CVE_2025_24976_a_token_counts_from_its_beginning_to_its_end()
    {
        await using var room = await AccessRoom.OpenAsync();
        var token = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Everything]);

        room.Clock.Advance(-TokenIssuer.BackDating);
        Assert.Equal(CredentialKind.AccessToken, (await room.BearerAsync(room.First, token)).Credential);
        room.Clock.Advance(TimeSpan.FromSeconds(-1));
        await RefusedAsync(room, token);
        room.Clock.Advance(TokenIssuer.BackDating + TimeSpan.FromSeconds(1));
        room.Clock.Advance(TokenIssuer.AccessLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(CredentialKind.AccessToken, (await room.BearerAsync(room.First, token)).Credential);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync(room, token);
    }

    [Fact]
    public async Task A_token_changed_anywhere_is_refused()
    {
        await using var room = await AccessRoom.OpenAsync();
        var token = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Everything]);
        for (var i = 0; i < token.Length; i += 7)
            await RefusedAsync(room, $"{token[..i]}{(token[i] == 'A' ? 'B' : 'A')}{token[(i + 1)..]}");
        // The last letter has bits that mean nothing; they too must be as we wrote them.
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".First(c => c > token[^1]);
        await RefusedAsync(room, token[..^1] + last);
        foreach (var text in new[] { "", ".", "..", "a.b", "a.b.c", token + ".", token + "=", token + " x", "." + token, token[..^1], token.Replace('.', ' '), new string('a', 100_000) })
            await RefusedAsync(room, text);
    }

    [Fact]
    public async Task Kinds_of_tokens_are_not_mixed_up()
    {
        await using var room = await AccessRoom.OpenAsync();
        var access = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Everything]);
        var refresh = room.Issuer.IssueRefresh(room.First, room.OwnerCaller);

        await RefusedAsync(room, refresh);
        Assert.Equal(CredentialKind.Wrong, (await room.Authenticator.IdentifyTokenAsync(room.First, access, TokenKind.Refresh, default)).Credential);
        Assert.Equal(CredentialKind.RefreshToken, (await room.BasicAsync(room.First, Authenticator.TokenUser, refresh)).Credential);
        Assert.Equal(CredentialKind.AccessToken, (await room.BasicAsync(room.First, Authenticator.TokenUser, access)).Credential);
        // A token is no password of its principal.
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, room.Owner.AppId, refresh)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.First, room.Owner.AppId, access)).Credential);
    }

    [Fact]
    public async Task A_token_of_one_registry_is_nothing_at_another()
    {
        await using var room = await AccessRoom.OpenAsync();
        var access = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Everything]);
        Assert.Equal(CredentialKind.Wrong, (await room.BearerAsync(room.Second, access)).Credential);
        Assert.Equal(CredentialKind.Wrong, (await room.BasicAsync(room.Second, room.Owner.AppId, room.Owner.Password)).Credential);
    }

    [Fact]
    public async Task What_is_kept_of_tokens_is_bounded_and_forgeries_take_no_room()
    {
        await using var room = await AccessRoom.OpenAsync();
        for (var i = 0; i < 100; i++)
            await RefusedAsync(room, $"{room.Keys.Current.Header}.{AccessRoom.Encode($"{{\"n\":{i}}}")}.{new string('A', 86)}");
        Assert.Equal(0, room.Verifier.Kept);

        var small = room.Issuer.IssueAccess(room.First, room.OwnerCaller, []);
        Assert.NotNull(await room.Verifier.VerifyAsync(small, default));
        Assert.NotNull(await room.Verifier.VerifyAsync(small, default));
        Assert.Equal(1, room.Verifier.Kept);
        var large = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [.. Enumerable.Range(0, 100).Select(i => Scope.Repository($"samples/artifact{i}", TokenActions.Pull))]);
        Assert.True(large.Length > TokenVerifier.MaxKeptLength);
        Assert.NotNull(await room.Verifier.VerifyAsync(large, default));
        Assert.Equal(1, room.Verifier.Kept);

        for (var i = 0; i < TokenVerifier.MaxKept + 10; i++)
            await room.Verifier.VerifyAsync(room.Issuer.IssueAccess(room.First, room.OwnerCaller, []), default);
        Assert.InRange(room.Verifier.Kept, 1, TokenVerifier.MaxKept);
    }

    private static string ClaimsOf(AccessRoom room) =>
        AccessRoom.Decode(room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Everything]).Split('.')[1]);

    private static async Task RefusedAsync(AccessRoom room, string token)
    {
        var found = await room.BearerAsync(room.First, token);
        Assert.Equal(CredentialKind.Wrong, found.Credential);
        Assert.Empty(found.Caller.Grants);
    }
}
