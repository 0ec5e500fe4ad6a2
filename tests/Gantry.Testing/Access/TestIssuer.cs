using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Server.Access.Federation;
using Gantry.Testing.Http;

namespace Gantry.Testing.Access;

/// <summary>An OpenID Connect issuer on a free port that signs whatever a test wants signed. Its claims are those of GitHub Actions.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    public const string Audience = "gantry";

    private const string Discovery = "/.well-known/openid-configuration";

    private readonly TimeProvider _time;
    private readonly List<(string Id, RSA Key)> _keys = [];
    private JsonArray? _published;

    private TestIssuer(ScriptedPeer peer, string address, TimeProvider time)
    {
        Peer = peer;
        Address = address;
        _time = time;
    }

    /// <summary>The HTTP server: a test may ask what it was asked, and answer otherwise.</summary>
    public ScriptedPeer Peer { get; }

    /// <summary>The issuer's own words for itself.</summary>
    public string Address { get; }

    /// <summary>Requests for the key set so far.</summary>
    public int Fetches => Peer.Asked("GET", "/keys").Count;

    public string KeyId => _keys[^1].Id;

    public RSA Key => _keys[^1].Key;

    /// <summary>As an operator would trust it.</summary>
    public TrustedIssuer Terms => new() { Name = "actions", Issuer = Address, Audiences = [Audience], AllowPrivateAddresses = true };

    /// <summary>Whether it answers with failures.</summary>
    public bool IsDown { get; set; }

    /// <param name="time">The clock of its tokens.</param>
    /// <param name="certificate">For https; null for http.</param>
    public static async Task<TestIssuer> StartAsync(TimeProvider time, X509Certificate2? certificate = null)
    {
        var peer = await ScriptedPeer.StartAsync(certificate);
        var issuer = new TestIssuer(peer, $"{(certificate is null ? "http" : "https")}://{peer.Authority}", time);
        issuer.Rotate();
        peer.On("GET", Discovery, _ => issuer.IsDown ? 500 : PeerAnswer.Json($$"""{"issuer":"{{issuer.Address}}","jwks_uri":"{{issuer.Address}}/keys"}"""));
        peer.On("GET", "/keys", _ => issuer.IsDown ? 500 : PeerAnswer.Json(new JsonObject { ["keys"] = issuer._published!.DeepClone() }.ToJsonString()));
        return issuer;
    }

    /// <summary>A new key, published beside the last one, as issuers do it.</summary>
    public void Rotate()
    {
        var key = RSA.Create(2048);
        _keys.Add((string.Create(CultureInfo.InvariantCulture, $"key-{_keys.Count + 1}"), key));
        Publish([.. _keys.TakeLast(2).Select(known => Jwk(known.Key, known.Id))]);
    }

    /// <summary>Publishes these keys instead.</summary>
    public void Publish(params IReadOnlyList<JsonObject> keys) => _published = [.. keys];

    public static JsonObject Jwk(RSA key, string? id)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        var jwk = new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent) };
        if (id is not null)
            jwk["kid"] = id;
        return jwk;
    }

    /// <summary>What GitHub says of a job: of <c>org/app</c> on its main branch, unless told otherwise.</summary>
    public JsonObject Claims(string repository = "org/app", string reference = "refs/heads/main")
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString(),
            ["sub"] = $"repo:{repository}:ref:{reference}",
            ["aud"] = Audience,
            ["iss"] = Address,
            ["ref"] = reference,
            ["repository"] = repository,
            ["repository_owner"] = repository.Split('/')[0],
            ["job_workflow_ref"] = $"{repository}/.github/workflows/release.yml@{reference}",
            ["environment"] = "production",
            ["ref_protected"] = "true",
            ["run_attempt"] = 1,
            ["nbf"] = now,
            ["iat"] = now,
            ["exp"] = now + 600,
        };
    }

    /// <summary>A token under the newest key, RS256.</summary>
    public string Sign(JsonObject claims) => Sign($$"""{"alg":"RS256","typ":"JWT","kid":"{{KeyId}}"}""", claims);

    /// <summary>The same under a header of the test's own.</summary>
    public string Sign(string header, JsonObject claims) => Compact(header, claims, signed => Key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Compact(string header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        foreach (var (_, key) in _keys)
            key.Dispose();
    }
}
