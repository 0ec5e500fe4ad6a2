using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Http.Token;
using Gantry.Server.Tests.Access;
using Gantry.Testing;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Whatever is shown as a credential: it counts exactly if it is the very one that was given out.</summary>
public sealed class CredentialFuzzTests
{
    private const string Soup = "abzAZ019 .,:;=-_/+\\\"{}\r\n\0é\ud83d";

    [Fact]
    public async Task CVE_2025_24976_no_damaged_token_counts()
    {
        await using var room = await AccessRoom.OpenAsync();
        var access = room.Issuer.IssueAccess(room.First, room.OwnerCaller, [Scope.Repository("*", TokenActions.All)]);
        var refresh = room.Issuer.IssueRefresh(room.First, room.OwnerCaller);
        await Seeded.RoundsAsync(221, 10_000, async random =>
        {
            var original = random.Of(access, refresh);
            var text = random.Below(4) switch
            {
                // A head, a body and a signature of different tokens.
                0 => string.Join('.', Enumerable.Range(0, 3).Select(part => random.Of(access, refresh).Split('.')[part])),
                1 => original.Insert(random.Below(original.Length + 1), random.Of("=", ".", " ", "\n", "A", "%41", "\0")),
                2 => string.Join('.', original.Split('.').Select(part => random.OneIn(3) ? Again(random, part) : part)),
                _ => Encoding.Latin1.GetString(random.Mutate(Encoding.ASCII.GetBytes(original))),
            };
            var token = await room.Verifier.VerifyAsync(text, default);
            Assert.True((text == access || text == refresh) == (token is not null), text);
        });
    }

    [Fact]
    public async Task An_authorization_header_counts_only_with_the_secret_or_the_token_that_was_given()
    {
        await using var room = await AccessRoom.OpenAsync();
        var token = room.Issuer.IssueAccess(room.First, room.OwnerCaller, []);
        var counted = 0;
        await Seeded.RoundsAsync(222, 10_000, async random =>
        {
            var user = random.Of(room.Owner.AppId, room.Owner.AppId.ToUpperInvariant(), Authenticator.TokenUser, "owner", "", random.Text(Soup, 6));
            var password = random.Of(room.Owner.Password, room.Owner.Password, token, room.Owner.Password + " ", room.Owner.Password[..^1], "", random.Text(Soup, 6));
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(user + random.Of(":", ":", ":", "", "::") + password));
            var header = random.Of("Basic ", "basic ", "Bearer ", "BEARER ", "Basic", "", "Negotiate ") + (random.OneIn(3) ? token : encoded);
            if (random.OneIn(3))
                header = Encoding.Latin1.GetString(random.Mutate(Encoding.Latin1.GetBytes(header)));
            var found = await room.Authenticator.IdentifyAsync(room.First, header, origin: default, default);
            Assert.True(Expected(header, room, token) == (found.Credential != CredentialKind.Wrong), header);
            Assert.True(found.Credential != CredentialKind.Wrong || found.Caller.Grants.IsEmpty);
            counted += found.Credential == CredentialKind.Wrong ? 0 : 1;
        });
        Assert.InRange(counted, 500, 9_500);
    }

    [Fact]
    public async Task A_form_of_the_sign_in_server_is_read_field_by_field_or_refused()
    {
        var (read, refused) = (0, 0);
        await Seeded.RoundsAsync(223, 10_000, async random =>
        {
            var grant = random.Text(Soup, 6);
            var body = string.Join('&', Enumerable.Range(0, 1 + random.Below(4)).Select(_ =>
                random.Of($"grant_type={Uri.EscapeDataString(Whole(grant))}", "username=a", "password=%00", "scope=repository%3Aa%3Apull", "scope=", "=", "%zz=%", random.Text(Soup + "&=%", 12))));
            var http = new DefaultHttpContext();
            http.Request.ContentType = random.OneIn(10) ? random.Text(Soup, 10) : random.Of("application/x-www-form-urlencoded", " Application/X-WWW-Form-Urlencoded; charset=utf-8");
            http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            try
            {
                var form = await TokenForm.ReadAsync(http, 200);
                Assert.True(form.Scopes().Count <= TokenForm.MaxScopes);
                _ = (form.GrantType, form.User, form.Password, form.RefreshToken, form.Offline);
                if (body.Split('&').Where(part => part.Contains('=', StringComparison.Ordinal)).ToList() is [var only] && only == body && only == $"grant_type={Uri.EscapeDataString(Whole(grant))}")
                    Assert.Equal(Whole(grant), form.GrantType ?? "");
                read++;
            }
            catch (RegistryException e)
            {
                Assert.Equal(ErrorCode.RequestInvalid.Text, e.Errors[0].Code.Text);
                refused++;
            }
        });
        Assert.True(read > 1_000 && refused > 500, $"{read} read, {refused} refused");
    }

    [Fact]
    public void The_same_form_in_a_query_asks_for_scopes_that_read_back()
    {
        Seeded.Rounds(224, 20_000, random =>
        {
            var scopes = Enumerable.Range(0, random.Below(4)).Select(_ => random.Text(["repository", ":", "a/b", "pull", "push", ",", "*", "registry", "catalog"], 6)).ToList();
            var http = new DefaultHttpContext();
            http.Request.QueryString = new QueryString("?" + string.Join('&', scopes.Select(scope => $"scope={Uri.EscapeDataString(scope)}")));
            var read = TokenForm.OfQuery(http.Request).Scopes();
            Assert.Equal(Scope.Merge(scopes.Select(scope => Scope.TryParse(scope)).OfType<Scope>()), read);
            Assert.All(read, scope => Assert.Equal(scope, Scope.TryParse(scope.ToString())));
        });
    }

    /// <summary>The rule in one line each: the scheme, then the token, or the id and the secret with a colon between.</summary>
    private static bool Expected(string header, AccessRoom room, string token)
    {
        if (header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase))
            return header[7..].Trim() == token;
        if (!header.StartsWith("basic ", StringComparison.OrdinalIgnoreCase))
            return false;
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length))
            return false;
        var text = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
        return text is [var user, var password]
            && ((user == Authenticator.TokenUser && password == token)
                || (Guid.TryParse(user, out var id) && id == Guid.Parse(room.Owner.AppId) && password == room.Owner.Password));
    }

    /// <summary>The same bytes in another spelling, or the same JSON with a member more.</summary>
    private static string Again(Seeded random, string part)
    {
        if (random.OneIn(2))
            return part + random.Of("=", "==", "A", "\t");
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(part);
        return System.Buffers.Text.Base64Url.EncodeToString(random.OneIn(2) ? random.Mutate(bytes) : [.. bytes[..^1], .. ",\"alg\":\"none\"}"u8]);
    }

    // Half a surrogate pair has no encoding.
    private static string Whole(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));
}
