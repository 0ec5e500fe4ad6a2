using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Server.Access;

namespace Gantry.Server.Tests.Access;

public sealed class SigningKeysTests
{
    [Fact]
    public async Task A_key_signs_for_thirty_days_and_verifies_what_it_signed_until_that_is_over()
    {
        await using var room = await AccessRoom.OpenAsync();
        var first = room.Keys.Current.Id;
        await room.Keys.PrepareAsync(default);
        Assert.Equal(first, room.Keys.Current.Id);

        room.Clock.Advance(SigningKeys.RotationAge);
        var last = room.Issuer.IssueRefresh(room.First, room.OwnerCaller);
        await room.Keys.PrepareAsync(default);

        Assert.NotEqual(first, room.Keys.Current.Id);
        room.Clock.Advance(TokenIssuer.RefreshLifetime - TimeSpan.FromMinutes(1));
        Assert.Equal(CredentialKind.RefreshToken, (await room.BasicAsync(room.First, Authenticator.TokenUser, last)).Credential);

        room.Clock.Advance(SigningKeys.RotationAge);
        await room.Keys.PrepareAsync(default);
        Assert.DoesNotContain(room.Keys.All, key => key.Id == first);
    }

    [Fact]
    public async Task Keys_changed_twice_in_a_minute_all_verify()
    {
        await using var room = await AccessRoom.OpenAsync();
        var tokens = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            tokens.Add(room.Issuer.IssueAccess(room.First, room.OwnerCaller, []));
            room.Clock.Advance(TimeSpan.FromSeconds(20));
            await room.Keys.RotateAsync(default);
        }
        Assert.Equal(4, room.Keys.All.Count);
        foreach (var token in tokens)
            Assert.Equal(CredentialKind.AccessToken, (await room.BearerAsync(room.First, token)).Credential);
    }

    [Fact]
    public async Task A_node_knows_the_key_that_another_one_made_at_once()
    {
        await using var room = await AccessRoom.OpenAsync();
        using var other = new SigningKeys(room.Store, room.Clock);
        await other.PrepareAsync(default);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await room.Keys.RotateAsync(default);
        var header = room.Keys.Current.Header.AsMemory();

        Assert.NotNull(await other.FindAsync(header, default));
    }

    [Fact]
    public async Task A_token_verifies_with_the_published_key()
    {
        await using var room = await AccessRoom.OpenAsync();
        var parts = room.Issuer.IssueAccess(room.First, room.OwnerCaller, []).Split('.');
        var kid = JsonDocument.Parse(AccessRoom.Decode(parts[0])).RootElement.GetProperty("kid").GetString();
        var published = JsonDocument.Parse(KeySet.Write(room.Keys.All)).RootElement.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("kid").GetString() == kid);

        Assert.False(published.TryGetProperty("d", out _));
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = { X = Base64Url.DecodeFromChars(published.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(published.GetProperty("y").GetString()) },
        });
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }
}
