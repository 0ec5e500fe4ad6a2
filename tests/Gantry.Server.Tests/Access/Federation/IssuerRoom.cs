using System.Text.Json.Nodes;
using Gantry.Server.Access.Federation;
using Gantry.Testing;
using Gantry.Testing.Access;

namespace Gantry.Server.Tests.Access.Federation;

/// <summary>A real issuer, and what judges its tokens.</summary>
internal sealed class IssuerRoom : IAsyncDisposable
{
    private IssuerRoom(TestIssuer issuer, OffsetClock clock)
    {
        Issuer = issuer;
        Clock = clock;
        Keys = new IssuerKeys(clock);
        Verifier = new OutsideTokenVerifier(Keys, clock);
    }

    public TestIssuer Issuer { get; }

    public OffsetClock Clock { get; }

    public IssuerKeys Keys { get; }

    public OutsideTokenVerifier Verifier { get; }

    public static async Task<IssuerRoom> OpenAsync()
    {
        var clock = new OffsetClock();
        return new IssuerRoom(await TestIssuer.StartAsync(clock), clock);
    }

    public ValueTask<OutsideVerdict> VerifyAsync(string token) => Verifier.VerifyAsync(token, [Issuer.Terms], default);

    public async Task<OutsideIdentity> TakenAsync(string token)
    {
        var verdict = await VerifyAsync(token);
        Assert.True(verdict.Identity is not null, verdict.Reason);
        return verdict.Identity;
    }

    /// <summary>A refusal for the right reason; the token itself is never in it.</summary>
    public async Task RefusedAsync(string token, string reason)
    {
        var verdict = await VerifyAsync(token);
        Assert.Null(verdict.Identity);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        if (token.Split('.') is [_, { Length: > 20 } body, ..])
            Assert.DoesNotContain(body, verdict.Reason, StringComparison.Ordinal);
    }

    /// <summary>A token whose claims were changed before it was signed.</summary>
    public string With(string claim, JsonNode? value)
    {
        var claims = Issuer.Claims();
        claims.Remove(claim);
        if (value is not null)
            claims[claim] = value;
        return Issuer.Sign(claims);
    }

    public async ValueTask DisposeAsync()
    {
        Keys.Dispose();
        await Issuer.DisposeAsync();
    }
}
