using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol.Admin;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Access;

/// <summary>The whole room over a real database and a clock that the test moves: two registries, of which the first has an owner and a reader.</summary>
internal sealed class AccessRoom : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private AccessRoom(TemporaryFolder folder, SqliteMetadataStore store, TestClock clock)
    {
        (_folder, Store, Clock) = (folder, store, clock);
        Secrets = new PrincipalSecrets(RandomNumberGenerator.GetBytes(PrincipalSecrets.KeyBytes));
        Keys = new SigningKeys(store, clock);
        Verifier = new TokenVerifier(Keys, clock);
        Issuer = new TokenIssuer(Keys, Guid.NewGuid(), clock);
        Enrolment = new PrincipalEnrolment(store, Secrets, Guid.NewGuid(), clock);
        Authenticator = new Authenticator(new PrincipalDirectory(store, clock), Secrets, Verifier, people: null, clock, dev: false);
    }

    public SqliteMetadataStore Store { get; }

    public TestClock Clock { get; }

    public PrincipalSecrets Secrets { get; }

    public SigningKeys Keys { get; }

    public TokenVerifier Verifier { get; }

    public TokenIssuer Issuer { get; }

    public PrincipalEnrolment Enrolment { get; }

    public Authenticator Authenticator { get; }

    public RegistryRecord First { get; private set; } = null!;

    public RegistryRecord Second { get; private set; } = null!;

    public PrincipalCredentials Owner { get; private set; } = null!;

    public Caller OwnerCaller { get; private set; } = null!;

    public static async Task<AccessRoom> OpenAsync()
    {
        var clock = new TestClock();
        var folder = new TemporaryFolder();
        var room = new AccessRoom(folder, await SqliteMetadataStore.OpenAsync(folder.Join("gantry.db"), clock, default), clock);
        room.First = await room.Store.EnsureRegistryAsync("firstregistry", clock.GetUtcNow(), default);
        room.Second = await room.Store.EnsureRegistryAsync("secondregistry", clock.GetUtcNow(), default);
        await room.Keys.PrepareAsync(default);
        room.Owner = (await room.Enrolment.AddAsync(room.First.Id, "owner", Role.Owner, prefix: null, default))!;
        room.OwnerCaller = (await room.BasicAsync(room.First, room.Owner.AppId, room.Owner.Password)).Caller;
        return room;
    }

    public ValueTask<Identification> BasicAsync(RegistryRecord registry, string user, string password) =>
        Authenticator.IdentifyAsync(registry, RegistryInProcess.Basic(user, password), origin: default, default);

    public ValueTask<Identification> BearerAsync(RegistryRecord registry, string token) =>
        Authenticator.IdentifyAsync(registry, $"Bearer {token}", origin: default, default);

    public async Task RevokeAsync(RegistryRecord registry, string token) =>
        await Authenticator.RevokeAsync(registry, await Authenticator.IdentifyTokenAsync(registry, token, accepted: null, default), default);

    /// <summary>A token made of any text, truly signed by the server's own newest key.</summary>
    public async Task<string> SignAsync(string header, string claims)
    {
        var record = (await Store.ListSigningKeysAsync(default))[0];
        using var key = SigningKey.Load(record);
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    public async ValueTask DisposeAsync()
    {
        Keys.Dispose();
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
