using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Access;
using Gantry.Protocol.Token;

namespace Gantry.EndToEnd.Clients;

/// <summary>Debian's lemonldap-ng as an OpenID Connect issuer: its portal alone, on files of the sandbox. Its people are those of its demonstration.</summary>
internal sealed class LemonLdap : IAsyncDisposable
{
    /// <summary>The client whose tokens name the audience <see cref="Audience"/> too.</summary>
    public const string Job = "job", JobSecret = "job-secret", Audience = "urn:gantry";

    /// <summary>What the nonces of its people are made of, beside the registry.</summary>
    public const string NonceSeed = "seed";

    /// <summary>The public client of people. The portal wants the whole address that they are sent back to.</summary>
    public const string Client = "gantry-cli", Callback = "http://127.0.0.1:9/callback";

    private static readonly string[] Modules = ["usr/share/perl5", "usr/lib/x86_64-linux-gnu/perl5/5.36"];

    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private LemonLdap(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<LemonLdap> StartAsync(Sandbox sandbox)
    {
        var folder = sandbox.NewFolder("lemonldap");
        var plackup = RealClients.Unpacked("plackup");
        var root = Path.GetFullPath(Path.Combine(plackup, "..", "..", ".."));
        var port = Pebble.FreePort();
        var address = $"http://localhost:{port}";
        Configure(folder, address, root);
        var environment = new Dictionary<string, string>(sandbox.Setting.Own.Cast<KeyValuePair<string, string>>())
        {
            ["PERL5LIB"] = string.Join(':', [folder, .. Modules.Select(path => Path.Combine(root, path))]),
            ["LLNG_DEFAULTCONFFILE"] = Path.Combine(folder, "lemonldap-ng.ini"),
        };
        var app = Path.Combine(root, "usr", "share", "lemonldap-ng", "portal", "htdocs", "index.psgi");
        var server = new LemonLdap(
            Tool.Start("/usr/bin/perl", [plackup, "-s", "HTTP::Server::PSGI", "--host", "127.0.0.1", "--port", $"{port}", "-E", "deployment", app], sandbox.Setting with { Own = environment }),
            address);
        _ = server.DrainAsync(server._process.StandardOutput);
        _ = server.DrainAsync(server._process.StandardError);
        await server.WaitAsync();
        return server;
    }

    /// <summary>The token of the client that shows its secret.</summary>
    public async Task<string> JobTokenAsync()
    {
        using var http = NewClient();
        return await TokenAsync(http, "access_token",
            new("grant_type", "client_credentials"), new("scope", "openid"), new("client_id", Job), new("client_secret", JobSecret));
    }

    /// <summary>Fills in the portal's form, and fetches the ID token with the code that comes of it (RFC 7636). It is one for this registry, as its nonce says.</summary>
    public async Task<string> SignInAsync(string registry, string name, string password)
    {
        using var http = NewClient();
        var verifier = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var challenge = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var page = new Uri($"{Address}/oauth2/authorize?response_type=code&client_id={Client}&redirect_uri={Uri.EscapeDataString(Callback)}"
            + $"&scope=openid%20profile%20groups&state=s&nonce={SignInNonce.Of(registry, NonceSeed)}&code_challenge={challenge}&code_challenge_method=S256");
        var form = await http.GetStringAsync(page);
        var url = form[(form.IndexOf("name=\"url\" value=\"", StringComparison.Ordinal) + "name=\"url\" value=\"".Length)..];
        using var fields = new FormUrlEncodedContent([new("url", url[..url.IndexOf('"', StringComparison.Ordinal)]), new("user", name), new("password", password)]);
        using var answer = await http.PostAsync(page, fields);
        Assert.True(answer.Headers.Location is not null, $"{await answer.Content.ReadAsStringAsync()}\n{string.Join('\n', _log)}");
        var code = answer.Headers.Location.Query.TrimStart('?').Split('&').Single(pair => pair.StartsWith("code=", StringComparison.Ordinal))["code=".Length..];
        // The program that fetches the token is not the browser: it has none of its cookies, and the portal wants none.
        using var program = NewClient();
        return await TokenAsync(program, "id_token",
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", Callback), new("client_id", Client), new("code_verifier", verifier));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static HttpClient NewClient() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private static void Configure(string folder, string address, string root)
    {
        foreach (var name in new[] { "conf", "sessions/lock", "persistent/lock", "Lemonldap/NG/Portal/Captcha" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllText(Path.Combine(folder, "lemonldap-ng.ini"), $"""
            [all]
            logLevel = notice
            logger = Lemonldap::NG::Common::Logger::Std
            userLogger = Lemonldap::NG::Common::Logger::Std
            [configuration]
            type = File
            dirName = {folder}/conf
            [portal]
            staticPrefix = /static
            templateDir = {root}/usr/share/lemonldap-ng/portal/templates
            languages = en
            """);
        // It loads one whether any page asks for it or not; its own wants libraries that draw.
        File.WriteAllText(Path.Combine(folder, "Lemonldap", "NG", "Portal", "Captcha", "None.pm"), """
            package Lemonldap::NG::Portal::Captcha::None;
            use Mouse;
            extends 'Lemonldap::NG::Portal::Main::Plugin';
            sub init { 1 }
            1;
            """);
        File.WriteAllText(Path.Combine(folder, "conf", "lmConf-1.json"), Configuration(folder, address).ToJsonString());
    }

    private static JsonObject Configuration(string folder, string address)
    {
        using var key = RSA.Create(2048);
        JsonObject Sessions(string name) => new() { ["Directory"] = $"{folder}/{name}", ["LockDirectory"] = $"{folder}/{name}/lock" };
        return new JsonObject
        {
            ["cfgNum"] = 1, ["cfgAuthor"] = "test", ["cfgDate"] = "1", ["cfgVersion"] = "2.16.1", ["key"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ["portal"] = $"{address}/", ["domain"] = "localhost", ["cookieName"] = "lemonldap", ["securedCookie"] = 0, ["captcha"] = "::Captcha::None",
            ["authentication"] = "Demo", ["userDB"] = "Same", ["passwordDB"] = "Demo", ["demoExportedVars"] = new JsonObject { ["cn"] = "cn", ["uid"] = "uid" },
            ["requireToken"] = 0, ["portalCheckLogins"] = 0, ["loginHistoryEnabled"] = 0, ["notification"] = 0, ["localSessionStorage"] = "",
            ["globalStorage"] = "Apache::Session::File", ["globalStorageOptions"] = Sessions("sessions"),
            ["persistentStorage"] = "Apache::Session::File", ["persistentStorageOptions"] = Sessions("persistent"),
            ["locationRules"] = new JsonObject { ["localhost"] = new JsonObject { ["default"] = "accept" } },
            ["groups"] = new JsonObject { ["timelords"] = "$uid eq \"dwho\"" }, ["macros"] = new JsonObject(),
            ["issuerDBOpenIDConnectActivation"] = 1, ["oidcServiceMetaDataIssuer"] = address, ["oidcServiceKeyIdSig"] = "key-1",
            ["oidcServicePrivateKeySig"] = key.ExportPkcs8PrivateKeyPem(), ["oidcServicePublicKeySig"] = key.ExportSubjectPublicKeyInfoPem(),
            ["oidcRPMetaDataOptions"] = new JsonObject
            {
                ["job"] = Party(Job, ("ClientSecret", JobSecret), ("AllowClientCredentialsGrant", 1), ("AccessTokenJWT", 1), ("AccessTokenSignAlg", "RS256"), ("AdditionalAudiences", Audience)),
                ["people"] = Party(Client, ("Public", 1), ("RequirePKCE", 1), ("BypassConsent", 1), ("IDTokenForceClaims", 1), ("RedirectUris", Callback)),
            },
            ["oidcRPMetaDataExportedVars"] = new JsonObject { ["job"] = new JsonObject(), ["people"] = new JsonObject { ["name"] = "cn", ["groups"] = "groups;string;always" } },
            ["oidcRPMetaDataOptionsExtraClaims"] = new JsonObject { ["people"] = new JsonObject { ["groups"] = "groups" } },
        };
    }

    private static JsonObject Party(string client, params (string Name, JsonNode Value)[] options)
    {
        const string Prefix = "oidcRPMetaDataOptions";
        var party = new JsonObject { [$"{Prefix}ClientID"] = client, [$"{Prefix}IDTokenSignAlg"] = "RS256" };
        foreach (var (name, value) in options)
            party[Prefix + name] = value;
        return party;
    }

    private async Task<string> TokenAsync(HttpClient http, string member, params KeyValuePair<string, string>[] fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var response = await http.PostAsync(new Uri($"{Address}/oauth2/token"), form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{text}\n{string.Join('\n', _log)}");
        using var answer = JsonDocument.Parse(text);
        return answer.RootElement.GetProperty(member).GetString()!;
    }

    private async Task WaitAsync()
    {
        using var http = NewClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"{Address}/.well-known/openid-configuration"), limit.Token);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, string.Join('\n', _log));
                return;
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested && !_process.HasExited)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }

    private async Task DrainAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                _log.Enqueue(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
