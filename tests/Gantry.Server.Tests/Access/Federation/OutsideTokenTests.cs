using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gantry.Server.Access.Federation;
using Gantry.Testing.Access;

namespace Gantry.Server.Tests.Access.Federation;

/// <summary>Tokens of a real issuer: what counts, and everything that must not (CVE-2025-24976 and its kin, RFC 8725).</summary>
public sealed class OutsideTokenTests
{
    [Fact]
    public async Task A_token_of_a_trusted_issuer_says_who_it_is()
    {
        await using var room = await IssuerRoom.OpenAsync();
        var identity = await room.TakenAsync(room.Issuer.Sign(room.Issuer.Claims()));
        Assert.Equal(room.Issuer.Address, identity.Issuer);
        Assert.Equal("repo:org/app:ref:refs/heads/main", identity.Subject);
        Assert.Equal([TestIssuer.Audience], identity.Audiences);
        Assert.Equal("org/app", OutsideClaims.Find(identity.Claims, "repository")?.GetString());
        Assert.Empty(identity.Groups);
    }

    [Fact]
    public async Task Each_algorithm_is_taken_with_a_key_of_its_own_type()
    {
        await using var room = await IssuerRoom.OpenAsync();
        using var rsa = RSA.Create(3072);
        foreach (var (name, digest, padding) in ((string, HashAlgorithmName, RSASignaturePadding)[])
            [
                ("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), ("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                ("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1), ("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                ("PS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pss), ("PS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
            ])
        {
            room.Issuer.Publish(TestIssuer.Jwk(rsa, name));
            room.Clock.Advance(IssuerKeys.Pause);
            await room.TakenAsync(TestIssuer.Compact($$"""{"alg":"{{name}}","kid":"{{name}}"}""", room.Issuer.Claims(), signed => rsa.SignData(signed, digest, padding)));
        }
        foreach (var (name, curve, crv, digest) in ((string, ECCurve, string, HashAlgorithmName)[])
            [
                ("ES256", ECCurve.NamedCurves.nistP256, "P-256", HashAlgorithmName.SHA256), ("ES384", ECCurve.NamedCurves.nistP384, "P-384", HashAlgorithmName.SHA384),
                ("ES512", ECCurve.NamedCurves.nistP521, "P-521", HashAlgorithmName.SHA512),
            ])
        {
            using var key = ECDsa.Create(curve);
            room.Issuer.Publish(Jwk(key, crv, name));
            room.Clock.Advance(IssuerKeys.Pause);
            await room.TakenAsync(TestIssuer.Compact($$"""{"alg":"{{name}}","kid":"{{name}}"}""", room.Issuer.Claims(), signed => key.SignData(signed, digest)));
        }
    }

    [Fact]
    public async Task CVE_2025_24976_an_unsigned_token_is_refused()
    {
        await using var room = await IssuerRoom.OpenAsync();
        foreach (var algorithm in new[] { "none", "None", "NONE", "nOnE", "", "rs256", "RS256 " })
            await room.RefusedAsync(TestIssuer.Compact($$"""{"alg":"{{algorithm}}","kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims(), _ => []), "algorithm");
        await room.RefusedAsync(TestIssuer.Compact($$"""{"kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims(), _ => []), "algorithm");
        await room.RefusedAsync(TestIssuer.Compact($$"""{"alg":"RS256","kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims(), _ => []), "signature");
    }

    [Fact]
    public async Task CVE_2025_24976_a_key_or_an_address_in_the_header_is_never_used()
    {
        await using var room = await IssuerRoom.OpenAsync();
        using var foreign = RSA.Create(2048);
        var jwk = TestIssuer.Jwk(foreign, room.Issuer.KeyId).ToJsonString();
        foreach (var more in new[] { $"\"jwk\":{jwk}", $"\"jku\":\"{room.Issuer.Address}/evil\"", $"\"x5u\":\"{room.Issuer.Address}/evil\"", "\"x5c\":[\"MIIB\"]" })
        {
            var token = TestIssuer.Compact($$"""{"alg":"RS256","kid":"{{room.Issuer.KeyId}}",{{more}}}""", room.Issuer.Claims(), signed => foreign.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            await room.RefusedAsync(token, "signature");
        }
        Assert.Empty(room.Issuer.Peer.Asked("GET", "/evil"));
    }

    [Fact]
    public async Task CVE_2025_24976_the_public_key_is_no_shared_secret()
    {
        await using var room = await IssuerRoom.OpenAsync();
        foreach (var secret in new[] { room.Issuer.Key.ExportSubjectPublicKeyInfo(), room.Issuer.Key.ExportRSAPublicKey(), System.Text.Encoding.ASCII.GetBytes(room.Issuer.Key.ExportSubjectPublicKeyInfoPem()) })
            await room.RefusedAsync(TestIssuer.Compact($$"""{"alg":"HS256","kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims(), signed => HMACSHA256.HashData(secret, signed)), "algorithm 'HS256'");
        // Nor does a secret count that somebody put into the set of public keys.
        room.Issuer.Publish(new JsonObject { ["kty"] = "oct", ["kid"] = "shared", ["k"] = "c2VjcmV0" }, TestIssuer.Jwk(room.Issuer.Key, "other"));
        await room.RefusedAsync(TestIssuer.Compact("""{"alg":"RS256","kid":"shared"}""", room.Issuer.Claims(), signed => HMACSHA256.HashData("secret"u8.ToArray(), signed)), "no key 'shared'");
    }

    [Fact]
    public async Task An_algorithm_of_another_type_of_key_finds_no_key()
    {
        await using var room = await IssuerRoom.OpenAsync();
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bound = TestIssuer.Jwk(room.Issuer.Key, "bound");
        bound["alg"] = "RS256";
        var encrypting = TestIssuer.Jwk(room.Issuer.Key, "encrypting");
        encrypting["use"] = "enc";
        var wrapping = TestIssuer.Jwk(room.Issuer.Key, "wrapping");
        wrapping["key_ops"] = new JsonArray("wrapKey");
        room.Issuer.Publish(Jwk(curve, "P-256", "curve"), bound, encrypting, wrapping);
        foreach (var (algorithm, key) in ((string, string)[])[("RS256", "curve"), ("ES384", "curve"), ("ES256", "bound"), ("PS256", "bound"), ("RS512", "bound"), ("RS256", "encrypting"), ("RS256", "wrapping")])
            await room.RefusedAsync(room.Issuer.Sign($$"""{"alg":"{{algorithm}}","kid":"{{key}}"}""", room.Issuer.Claims()), $"no key '{key}'");
        await room.TakenAsync(room.Issuer.Sign("""{"alg":"RS256","kid":"bound"}""", room.Issuer.Claims()));
    }

    [Fact]
    public async Task Weak_keys_are_no_keys()
    {
        await using var room = await IssuerRoom.OpenAsync();
        using var small = RSA.Create(1024);
        var one = TestIssuer.Jwk(room.Issuer.Key, "one");
        one["e"] = "AQ";
        var even = TestIssuer.Jwk(room.Issuer.Key, "even");
        even["e"] = "AQAC";
        room.Issuer.Publish(TestIssuer.Jwk(small, "small"), one, even, TestIssuer.Jwk(room.Issuer.Key, "good"));
        await room.RefusedAsync(TestIssuer.Compact("""{"alg":"RS256","kid":"small"}""", room.Issuer.Claims(), signed => small.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), "no key 'small'");
        foreach (var key in new[] { "one", "even" })
            await room.RefusedAsync(room.Issuer.Sign($$"""{"alg":"RS256","kid":"{{key}}"}""", room.Issuer.Claims()), $"no key '{key}'");
    }

    [Fact]
    public async Task A_kid_is_only_ever_compared()
    {
        await using var room = await IssuerRoom.OpenAsync();
        foreach (var kid in new[] { "../../etc/passwd", "/dev/null", "' OR 1=1 --", "http://127.0.0.1/", "KEY-1", "key-1 ", "\\u0000", new string('k', 2_000) })
            await room.RefusedAsync(room.Issuer.Sign($$"""{"alg":"RS256","kid":"{{kid}}"}""", room.Issuer.Claims()), "has no key");
        await room.RefusedAsync(room.Issuer.Sign("""{"alg":"RS256","kid":{"a":1}}""", room.Issuer.Claims()), "has no key");
    }

    [Fact]
    public async Task Without_a_kid_the_only_fitting_key_is_meant_and_no_guess_is_made()
    {
        await using var room = await IssuerRoom.OpenAsync();
        await room.TakenAsync(room.Issuer.Sign("""{"alg":"RS256"}""", room.Issuer.Claims()));
        room.Issuer.Rotate();
        room.Clock.Advance(IssuerKeys.FreshFor);
        await room.RefusedAsync(room.Issuer.Sign("""{"alg":"RS256"}""", room.Issuer.Claims()), "no key ''");
    }

    [Fact]
    public async Task CVE_2025_24976_a_token_for_somebody_else_is_refused()
    {
        await using var room = await IssuerRoom.OpenAsync();
        await room.RefusedAsync(room.With("aud", "another"), "not for this registry");
        await room.RefusedAsync(room.With("aud", "Gantry"), "not for this registry");
        await room.RefusedAsync(room.With("aud", new JsonArray("another", "gantry2")), "not for this registry");
        await room.RefusedAsync(room.With("aud", new JsonArray()), "not for this registry");
        await room.RefusedAsync(room.With("aud", new JsonArray(TestIssuer.Audience, 1)), "not for this registry");
        await room.RefusedAsync(room.With("aud", new JsonObject { ["gantry"] = true }), "not for this registry");
        await room.RefusedAsync(room.With("aud", null), "not for this registry");
        await room.TakenAsync(room.With("aud", new JsonArray("another", TestIssuer.Audience)));
    }

    [Fact]
    public async Task CVE_2025_24976_a_token_of_another_issuer_is_refused()
    {
        await using var room = await IssuerRoom.OpenAsync();
        foreach (var issuer in new[] { room.Issuer.Address + "/", room.Issuer.Address.ToUpperInvariant(), "https://token.actions.githubusercontent.com", "" })
            await room.RefusedAsync(room.With("iss", issuer), "is not trusted");
        await room.RefusedAsync(room.With("iss", null), "is not trusted");
        await room.RefusedAsync(room.With("iss", new JsonArray(room.Issuer.Address)), "is not trusted");
        await room.RefusedAsync(room.With("sub", null), "no subject");
        await room.RefusedAsync(room.With("sub", ""), "no subject");
        await room.RefusedAsync(room.With("sub", 7), "no subject");
    }

    [Fact]
    public async Task CVE_2025_24976_a_token_counts_from_its_beginning_to_its_end()
    {
        await using var room = await IssuerRoom.OpenAsync();
        var now = room.Clock.GetUtcNow().ToUnixTimeSeconds();
        await room.RefusedAsync(room.With("exp", now - 120), "ended");
        await room.TakenAsync(room.With("exp", now - 10));
        await room.RefusedAsync(room.With("exp", null), "when it ends");
        foreach (var never in new JsonNode[] { "1999999999", -1, 1e300, true, new JsonArray(now + 600) })
            await room.RefusedAsync(room.With("exp", never), "when it ends");
        await room.RefusedAsync(room.With("nbf", now + 120), "not begun");
        await room.RefusedAsync(room.With("nbf", "soon"), "not begun");
        await room.RefusedAsync(room.With("iat", now + 120), "in the future");
        await room.TakenAsync(room.With("nbf", now + 10));
        await room.TakenAsync(room.With("exp", now + 60.5));

        var token = room.Issuer.Sign(room.Issuer.Claims());
        await room.TakenAsync(token);
        room.Clock.Advance(TimeSpan.FromSeconds(600) + OutsideTokenVerifier.Skew + TimeSpan.FromSeconds(1));
        await room.RefusedAsync(token, "ended");
    }

    [Fact]
    public async Task What_is_no_sign_in_is_refused_though_the_issuer_signed_it()
    {
        await using var room = await IssuerRoom.OpenAsync();
        foreach (var type in new[] { "logout+jwt", "secevent+jwt", "dpop+jwt", "oauth-authz-req+jwt", "" })
            await room.RefusedAsync(room.Issuer.Sign($$"""{"alg":"RS256","typ":"{{type}}","kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims()), "no ID or access token");
        await room.RefusedAsync(room.Issuer.Sign($$"""{"alg":"RS256","typ":[],"kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims()), "no ID or access token");
        foreach (var type in new[] { "JWT", "at+jwt", "AT+JWT", "application/at+jwt" })
            await room.TakenAsync(room.Issuer.Sign($$"""{"alg":"RS256","typ":"{{type}}","kid":"{{room.Issuer.KeyId}}"}""", room.Issuer.Claims()));
        await room.RefusedAsync(room.With("events", new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() }), "event");
        await room.RefusedAsync(room.With("cnf", new JsonObject { ["jkt"] = "x" }), "proof of possession");
        await room.RefusedAsync(room.Issuer.Sign($$"""{"alg":"RS256","kid":"{{room.Issuer.KeyId}}","crit":["b64"],"b64":false}""", room.Issuer.Claims()), "demands");
    }

    [Fact]
    public async Task A_token_changed_anywhere_is_refused()
    {
        await using var room = await IssuerRoom.OpenAsync();
        var token = room.Issuer.Sign(room.Issuer.Claims());
        await room.TakenAsync(token);
        for (var i = 0; i < token.Length - 1; i += 11)
            Assert.Null((await room.VerifyAsync($"{token[..i]}{(token[i] == 'A' ? 'B' : 'A')}{token[(i + 1)..]}")).Identity);
        foreach (var text in new[] { "", ".", "..", "...", "a.b", "a.b.c", token + ".", token + "=", token + " ", "." + token, token + ".x", token[..^1], new string('a', 100_000) })
            Assert.Null((await room.VerifyAsync(text)).Identity);
        // Twice the same member: what one reader takes is not what another takes.
        var claims = room.Issuer.Claims().ToJsonString();
        var body = $"{TestIssuer.Encode($$"""{"alg":"RS256","kid":"{{room.Issuer.KeyId}}"}""")}.{TestIssuer.Encode(claims[..^1] + ",\"sub\":\"repo:org/other\"}")}";
        var signature = room.Issuer.Key.SignData(System.Text.Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        await room.RefusedAsync($"{body}.{Base64Url.EncodeToString(signature)}", "not a signed JWT");
    }

    [Fact]
    public async Task Names_and_groups_are_read_where_the_settings_say()
    {
        await using var room = await IssuerRoom.OpenAsync();
        var claims = room.Issuer.Claims();
        claims["preferred_username"] = "ada\u001b[31m";
        claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray("dev", "ops", "dev", 7, new JsonObject()) };
        claims["urn:x.groups"] = "single";
        var terms = room.Issuer.Terms with { GroupsClaim = "realm_access.roles" };
        var token = room.Issuer.Sign(claims);
        var identity = (await room.Verifier.VerifyAsync(token, [terms], default)).Identity;
        Assert.Equal("ada\\u001b[31m", identity?.DisplayName);
        Assert.Equal(["dev", "ops", "7"], identity?.Groups);
        identity = (await room.Verifier.VerifyAsync(token, [terms with { GroupsClaim = "urn:x.groups", NameClaim = "environment" }], default)).Identity;
        Assert.Equal(["single"], identity?.Groups);
        Assert.Equal("production", identity?.DisplayName);
    }

    private static JsonObject Jwk(ECDsa key, string curve, string id)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = curve, ["kid"] = id, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }
}
