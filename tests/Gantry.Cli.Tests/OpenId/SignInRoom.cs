using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.OpenId;
using Gantry.Protocol.Token;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.OpenId;

/// <summary>An issuer that plays its part as a test says, and a browser that goes where it is sent.</summary>
internal sealed class SignInRoom : IAsyncDisposable
{
    public const string ClientId = "gantry-cli";
    public const string Code = "the-code";
    public const string LoginServer = "registry.example:5000";

    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly Queue<PeerAnswer> _first = new();
    private Func<SignInRoom, PeerAnswer>? _last;
    private string _challenge = "";
    private string _redirect = "";

    private SignInRoom(ScriptedPeer peer) => Peer = peer;

    public ScriptedPeer Peer { get; }

    public string Address => $"http://{Peer.Authority}";

    public SignInIssuer Issuer => new() { Name = "test", Issuer = Address, ClientId = ClientId, Scopes = ["profile"] };

    /// <summary>What the last sign-in's nonce was made of.</summary>
    public string NonceSeed { get; private set; } = "";

    /// <summary>What the browser was asked to open.</summary>
    public Dictionary<string, string> Asked { get; private set; } = [];

    /// <summary>The claims of the token that is given, for a nonce.</summary>
    public Func<string?, JsonObject> Claims { get; set; } = _ => [];

    public SkippingClock Clock { get; } = new();

    public static async Task<SignInRoom> OpenAsync(string more = "")
    {
        var peer = await ScriptedPeer.StartAsync();
        var room = new SignInRoom(peer);
        room.Claims = nonce => new JsonObject { ["iss"] = room.Address, ["aud"] = ClientId, ["sub"] = "ada", ["nonce"] = nonce };
        peer.On("GET", "/.well-known/openid-configuration", PeerAnswer.Json(
            $$"""{"issuer":"{{room.Address}}","authorization_endpoint":"{{room.Address}}/authorize?tenant=a","token_endpoint":"{{room.Address}}/token","device_authorization_endpoint":"{{room.Address}}/device"{{more}}}"""));
        peer.On("POST", "/token", room.Token);
        return room;
    }

    /// <summary>Answers requests for tokens with these, the last one again and again.</summary>
    public void ReplaceToken(IEnumerable<PeerAnswer> first, Func<SignInRoom, PeerAnswer>? last)
    {
        foreach (var answer in first)
            _first.Enqueue(answer);
        _last = last ?? (_first.Count > 0 ? Always(_first.Last()) : null);

        static Func<SignInRoom, PeerAnswer> Always(PeerAnswer answer) => _ => answer;
    }

    /// <summary>Signs in with a browser that comes back with what a test makes of the right answer; several in turn where it makes several.</summary>
    public async Task<string> BrowseAsync(Func<Dictionary<string, string>, IEnumerable<string>> back, Action<HttpResponseMessage>? see = null)
    {
        using var issuer = await IssuerClient.OpenAsync(Issuer, TimeProvider.System, caFile: null, default);
        var opened = new TaskCompletionSource<Uri>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var token = new BrowserSignIn(issuer, LoginServer, TimeProvider.System).RunAsync(opened.SetResult, stop.Token);
        try
        {
            await VisitAsync(await opened.Task, back, see);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        (var signedIn, NonceSeed) = await token;
        return signedIn;
    }

    private async Task VisitAsync(Uri address, Func<Dictionary<string, string>, IEnumerable<string>> back, Action<HttpResponseMessage>? see)
    {
        Assert.Equal("/authorize", address.AbsolutePath);
        Asked = Parse(address.Query);
        (_challenge, _redirect) = (Asked["code_challenge"], Asked["redirect_uri"]);
        foreach (var target in back(Asked))
        {
            using var response = await _browser.GetAsync(new Uri(new Uri(_redirect), target));
            see?.Invoke(response);
        }
    }

    private PeerAnswer Token(PeerRequest request)
    {
        var form = Parse(request.Text);
        Assert.Null(request.Authorization);
        Assert.Equal(ClientId, form["client_id"]);
        if (_first.TryDequeue(out var scripted))
            return scripted;
        if (_last is not null)
            return _last(this);
        if (form["grant_type"] == "authorization_code")
        {
            Assert.Equal(_redirect, form["redirect_uri"]);
            // What PKCE is for: the code alone is worth nothing.
            if (form["code"] != Code || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]))) != _challenge)
                return PeerAnswer.Json("""{"error":"invalid_grant"}""", 400);
        }
        return PeerAnswer.Json($$"""{"id_token":"{{Jwt(Claims(Asked.GetValueOrDefault("nonce")))}}","access_token":"opaque","token_type":"Bearer"}""");
    }

    public static string Jwt(JsonObject claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.c2ln";

    public static Dictionary<string, string> Parse(string query) => query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')), StringComparer.Ordinal);

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        return Peer.DisposeAsync();
    }
}
