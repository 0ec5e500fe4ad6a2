using System.Formats.Asn1;
using System.Text;
using System.Text.Json;
using Gantry.Server.Access.Federation;
using Gantry.Server.Access.Ldap;
using Gantry.Testing;
using Gantry.Testing.Access;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>What issuers and directories send, damaged: read or refused, never a failure.</summary>
public sealed class FederationFuzzTests
{
    private const string KeySet = """{"keys":[{"kty":"EC","crv":"P-256","kid":"a","use":"sig","alg":"ES256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"oct","k":"AA"}]}""";

    [Fact]
    public async Task Tokens()
    {
        await using var issuer = await TestIssuer.StartAsync(TimeProvider.System);
        var token = issuer.Sign(issuer.Claims());
        var read = 0;
        Seeded.Rounds(641, 20_000, random =>
        {
            var text = Encoding.Latin1.GetString(random.Mutate(Encoding.Latin1.GetBytes(random.OneIn(3) ? Again(random, token) : token)));
            if (OutsideToken.TryParse(text) is not { } parsed)
                return;
            read++;
            Assert.Equal(JsonValueKind.Object, parsed.Claims.ValueKind);
            Assert.Equal(text[..text.LastIndexOf('.')], Encoding.ASCII.GetString(parsed.Signed.Span));
            _ = OutsideClaims.Audiences(parsed.Claims);
            _ = OutsideClaims.Subject(parsed.Claims);
            _ = OutsideClaims.DisplayName(parsed.Claims, issuer.Terms, "x");
            _ = OutsideClaims.Groups(parsed.Claims, issuer.Terms with { GroupsClaim = "ref" });
            if (OutsideClaims.TryReadTime(parsed.Claims, "exp", out var time))
                Assert.True(time is null || time >= DateTimeOffset.UnixEpoch);
        });
        Assert.True(read > 500, $"{read}");
    }

    [Fact]
    public async Task A_damaged_token_is_never_taken()
    {
        await using var issuer = await TestIssuer.StartAsync(TimeProvider.System);
        using var keys = new IssuerKeys(TimeProvider.System);
        var verifier = new OutsideTokenVerifier(keys, TimeProvider.System);
        var token = issuer.Sign(issuer.Claims());
        Assert.NotNull((await verifier.VerifyAsync(token, [issuer.Terms], default)).Identity);
        await Seeded.RoundsAsync(642, 4_000, async random =>
        {
            var text = Again(random, token);
            if (text != token)
                Assert.Null((await verifier.VerifyAsync(text, [issuer.Terms], default)).Identity);
        });
    }

    [Fact]
    public void Key_sets()
    {
        var read = 0;
        Seeded.Rounds(643, 20_000, random =>
        {
            if (IssuerKeySet.TryParse(random.Mutate(Encoding.UTF8.GetBytes(KeySet))) is not { } set)
                return;
            read++;
            Assert.NotEmpty(set.Keys);
            foreach (var key in set.Keys)
                Assert.False(key.Verifies(OutsideAlgorithm.Find("ES256")!, "x"u8, new byte[64]));
        });
        Assert.True(read > 500, $"{read}");
        // Each member by itself: IssuerKey.TryRead
        Seeded.Rounds(644, 5_000, random =>
        {
            var member = OutsideJson.TryParse(random.Mutate(Encoding.UTF8.GetBytes(random.Of(KeySet[9..^2], """{"kty":"RSA","n":7,"e":null,"kid":[]}""", """{"kty":"EC","crv":{},"key_ops":["verify",1],"alg":1}"""))));
            if (member is not null)
                _ = IssuerKey.TryRead(member.RootElement);
            member?.Dispose();
        });
    }

    [Fact]
    public void Discovery_documents_and_addresses()
    {
        Seeded.Rounds(645, 20_000, random =>
        {
            var json = random.Mutate("""{"issuer":"https://a.example","jwks_uri":"https://b.example/keys"}"""u8.ToArray());
            if (IssuerDocument.TryParse(json, "https://a.example", allowPrivate: false, out var reason) is { } document)
                Assert.True(document.KeySet.Scheme == "https" && document.Issuer == "https://a.example");
            else
                Assert.NotEmpty(reason);
            var text = random.Text(["https://", "http://", "localhost", "127.0.0.1", "[::1]", "a.example", ":80", "/", "\\", "@", "#", "?", "%00", " ", "é", "..", "\t"], 8);
            if (IssuerAddress.TryParse(text, random.OneIn(2), out var address))
                Assert.True(address!.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback), text);
            if (LdapAddress.TryParse(text.Replace("http", "ldap", StringComparison.Ordinal)) is { } directory)
                Assert.True(directory.Port is > 0 and < 65_536 && directory.Host.Length > 0, text);
        });
    }

    [Fact]
    public void Patterns_agree_with_a_plainer_reading()
    {
        Seeded.Rounds(646, 20_000, random =>
        {
            var pattern = random.Text(["a", "b", "*", "/"], 6);
            var text = random.Text(["a", "b", "/"], 8);
            Assert.Equal(Plain(pattern, text), ClaimRules.Matches(pattern, text));
        });

        static bool Plain(string pattern, string text) => pattern.Length == 0
            ? text.Length == 0
            : pattern[0] == '*'
                ? Enumerable.Range(0, text.Length + 1).Any(skip => Plain(pattern[1..], text[skip..]))
                : text.Length > 0 && pattern[0] == text[0] && Plain(pattern[1..], text[1..]);
    }

    [Fact]
    public void What_the_store_keeps()
    {
        var issuer = FederationJson.Write(new TrustedIssuer { Name = "a", Issuer = "https://a.example", Audiences = ["b"], ClientId = "c", Scopes = ["d"], PeopleMaySignIn = true });
        var credential = FederationJson.Write(new FederatedCredential { Issuer = "a", Subject = "b", Audience = "c", IsFlexible = true, Claims = [new ClaimRule { Claim = "d", Value = "e" }] });
        Assert.Equal("https://a.example", FederationJson.ReadIssuer(issuer)?.Issuer);
        Assert.Equal("e", FederationJson.ReadCredential(credential)?.Claims[0].Value);
        Seeded.Rounds(649, 20_000, random =>
        {
            // Whatever is read can be judged.
            _ = FederationJson.ReadIssuer(Encoding.UTF8.GetString(random.Mutate(Encoding.UTF8.GetBytes(issuer))))?.Fault();
            if (FederationJson.ReadCredential(Encoding.UTF8.GetString(random.Mutate(Encoding.UTF8.GetBytes(credential)))) is { } read)
                _ = ClaimRules.Fault(read);
        });
    }

    [Fact]
    public void Filters_of_directories()
    {
        var read = 0;
        Seeded.Rounds(647, 20_000, random =>
        {
            var text = random.Text(["(", ")", "&", "|", "!", "uid", "=", "*", "{0}", "\\2a", "\\zz", ">=", "~=", ":=", "é", "a", "\ud800"], 14);
            if (LdapFilter.TryParse(random.OneIn(3) ? $"(&(uid={{0}}){text})" : text) is not { } filter)
                return;
            read++;
            var writer = new AsnWriter(AsnEncodingRules.BER);
            filter.Write(writer, random.Text("*()\\\0ab", 8).Replace("\ud800", "", StringComparison.Ordinal));
            new AsnReader(writer.Encode(), AsnEncodingRules.BER).ReadEncodedValue();
        });
        Assert.True(read > 50, $"{read}");
    }

    [Fact]
    public void Messages_of_directories()
    {
        byte[] entry =
        [
            0x30, 0x21, 0x02, 0x01, 0x02, 0x64, 0x1c, 0x04, 0x04, (byte)'u', (byte)'=', (byte)'a', (byte)'b', 0x30, 0x14, 0x30, 0x12, 0x04, 0x02, (byte)'c', (byte)'n',
            0x31, 0x0c, 0x04, 0x03, (byte)'A', (byte)'d', (byte)'a', 0x04, 0x05, (byte)'C', (byte)'o', (byte)'u', (byte)'n', (byte)'t',
        ];
        byte[] bound = [0x30, 0x0c, 0x02, 0x01, 0x01, 0x61, 0x07, 0x0a, 0x01, 0x31, 0x04, 0x00, 0x04, 0x00];
        Assert.Equal("Ada", LdapAnswer.TryParse(entry)?.Entry?.First("CN"));
        Assert.Equal(LdapAnswer.InvalidCredentials, LdapAnswer.TryParse(bound)?.Result);
        Seeded.Rounds(648, 40_000, random =>
        {
            var bytes = random.Mutate(random.Of(entry, bound));
            var length = LdapFraming.TryReadLength(bytes);
            Assert.InRange(length, -1, LdapFraming.MaxBytes + LdapFraming.HeadBytes);
            if (LdapAnswer.TryParse(bytes) is { Entry: { } found })
                _ = found.First("cn");
        });
    }

    private static string Again(Seeded random, string token)
    {
        var parts = token.Split('.');
        var at = random.Below(3);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(parts[at]);
        parts[at] = System.Buffers.Text.Base64Url.EncodeToString(random.Mutate(bytes));
        return string.Join('.', parts);
    }
}
