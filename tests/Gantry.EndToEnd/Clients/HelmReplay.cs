using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Clients;

/// <summary>Emulates helm 3.18 and later, of which no package is at hand: the requests that its OCI client (oras-go 2) sends, in its order.</summary>
/// <remarks>
/// <code>
///   login   GET /v2/ ─401─► POST token (password grant) ─► GET /v2/
///   push    HEAD manifest by digest ─404─► for config and layers: HEAD blob, POST upload, PUT content; PUT manifest by digest
///           then GET manifest by digest, PUT it by tag
///   pull    GET manifest by tag; GET config and layers
/// </code>
/// Each scope's token is fetched once, after the first request without it was refused: GET token with Basic credentials.
/// </remarks>
internal sealed class HelmReplay : IDisposable
{
    private const string ConfigType = "application/vnd.cncf.helm.config.v1+json";
    private const string ChartType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private const string ProvenanceType = "application/vnd.cncf.helm.chart.provenance.v1.prov";

    private static readonly string[] Manifests =
    [
        "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json", "application/vnd.oci.artifact.manifest.v1+json",
    ];

    private readonly HttpClient _http;
    private readonly string _user;
    private readonly string _password;
    private readonly Dictionary<string, string> _tokens = [];

    public HelmReplay(ClientStory story, string password)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (story.Tls)
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.Add(X509Certificate2.CreateFromPem(File.ReadAllText(story.Authority)));
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        }
        _http = new HttpClient(handler) { BaseAddress = new Uri($"{story.Server.Url.Scheme}://{story.Host}") };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Helm/3.18.6");
        (_user, _password) = (story.Server.AppId, password);
    }

    /// <returns>The status of <c>GET /v2/</c> with the token, or of the refused token.</returns>
    public async Task<HttpStatusCode> LoginAsync()
    {
        var challenge = await ChallengeAsync("/v2/");
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = "oras-go", ["grant_type"] = "password", ["service"] = challenge["service"], ["username"] = _user, ["password"] = _password,
        });
        using var answer = await _http.PostAsync(new Uri(challenge["realm"]), form);
        if (!answer.IsSuccessStatusCode)
            return answer.StatusCode;
        using var ping = new HttpRequestMessage(HttpMethod.Get, "/v2/");
        ping.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await ReadTokenAsync(answer));
        using var pong = await _http.SendAsync(ping);
        return pong.StatusCode;
    }

    /// <summary>A tag has no plus sign, which a version may have.</summary>
    public static string ToTag(string version) => version.Replace('+', '_');

    public async Task<Digest> PushAsync(string repository, string version, HelmChart chart)
    {
        var scope = $"repository:{repository}:pull,push";
        var config = Descriptor.Of(MediaType.Parse(ConfigType), chart.Config);
        var blobs = new List<(Descriptor Blob, byte[] Content)> { (Descriptor.Of(MediaType.Parse(ChartType), chart.Package), chart.Package) };
        if (chart.Provenance is { } provenance)
            blobs.Add((Descriptor.Of(MediaType.Parse(ProvenanceType), provenance), provenance));
        blobs.Sort((left, right) => string.CompareOrdinal(left.Blob.Digest.ToString(), right.Blob.Digest.ToString()));
        var content = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = config,
            Layers = [.. blobs.Select(blob => blob.Blob)],
            Annotations = new Dictionary<string, string> { ["org.opencontainers.image.title"] = chart.Name, ["org.opencontainers.image.version"] = version },
        }.ToJson();
        var digest = Digest.Of(content);

        HttpRequestMessage Put(string reference)
        {
            var body = new ByteArrayContent(content);
            body.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.ImageManifest.ToString());
            return new HttpRequestMessage(HttpMethod.Put, $"/v2/{repository}/manifests/{reference}") { Content = body };
        }
        if (!await ExistsAsync(() => Accepting(HttpMethod.Head, $"/v2/{repository}/manifests/{digest}", MediaTypes.ImageManifest.ToString()), repository))
        {
            foreach (var (blob, bytes) in blobs.Prepend((config, chart.Config)))
                await PushBlobAsync(repository, scope, blob, bytes);
            await ExpectAsync(HttpStatusCode.Created, () => Put(digest.ToString()), scope);
        }
        Assert.Equal(content, await ExpectAsync(HttpStatusCode.OK, () => Accepting(HttpMethod.Get, $"/v2/{repository}/manifests/{digest}", MediaTypes.ImageManifest.ToString()), scope));
        await ExpectAsync(HttpStatusCode.Created, () => Put(ToTag(version)), scope);
        return digest;
    }

    /// <returns>Null where there is no such version; the answer is then the specification's error.</returns>
    public async Task<HelmChart?> PullAsync(string repository, string version)
    {
        var scope = $"repository:{repository}:pull";
        using var answer = await SendAsync(() => Accepting(HttpMethod.Get, $"/v2/{repository}/manifests/{ToTag(version)}", Manifests), scope);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            Assert.Contains("MANIFEST_UNKNOWN", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
            return null;
        }
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(MediaTypes.ImageManifest.ToString(), answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(Digest.Of(bytes).ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());
        var manifest = (ImageManifest)ManifestContent.Of(MediaTypes.ImageManifest, bytes).Parse();
        Assert.Equal(ConfigType, manifest.Config.MediaType.ToString());
        async Task<byte[]?> Fetch(string type)
        {
            var blob = manifest.Layers.Append(manifest.Config).SingleOrDefault(candidate => candidate.MediaType.ToString() == type);
            return blob is null ? null : await ExpectAsync(HttpStatusCode.OK, () => new HttpRequestMessage(HttpMethod.Get, $"/v2/{repository}/blobs/{blob.Digest}"), scope);
        }
        return new HelmChart(manifest.Annotations!["org.opencontainers.image.title"], (await Fetch(ConfigType))!, (await Fetch(ChartType))!, await Fetch(ProvenanceType));
    }

    /// <summary>The versions that <c>helm pull</c> chooses from where it is given none, or a range.</summary>
    public async Task<IReadOnlyList<string>> VersionsAsync(string repository)
    {
        var list = await ExpectAsync(HttpStatusCode.OK, () => new HttpRequestMessage(HttpMethod.Get, $"/v2/{repository}/tags/list"), $"repository:{repository}:pull");
        return [.. JsonDocument.Parse(list).RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!.Replace('_', '+'))];
    }

    public void Dispose() => _http.Dispose();

    private async Task PushBlobAsync(string repository, string scope, Descriptor blob, byte[] content)
    {
        if (await ExistsAsync(() => new HttpRequestMessage(HttpMethod.Head, $"/v2/{repository}/blobs/{blob.Digest}"), repository))
            return;
        using var begun = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/"), scope);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var location = new Uri(_http.BaseAddress!, begun.Headers.Location!);
        var query = location.Query.Length > 0 ? $"{location.Query}&" : "?";
        var target = new Uri(location, $"{location.AbsolutePath}{query}digest={Uri.EscapeDataString(blob.Digest.ToString())}");
        await ExpectAsync(HttpStatusCode.Created, () =>
        {
            var body = new ByteArrayContent(content);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            return new HttpRequestMessage(HttpMethod.Put, target) { Content = body };
        }, scope);
    }

    private async Task<bool> ExistsAsync(Func<HttpRequestMessage> head, string repository)
    {
        using var answer = await SendAsync(head, $"repository:{repository}:pull");
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"HEAD {answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode}");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private async Task<byte[]> ExpectAsync(HttpStatusCode expected, Func<HttpRequestMessage> request, string scope)
    {
        using var answer = await SendAsync(request, scope);
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode} {Encoding.UTF8.GetString(body)}");
        return body;
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, string scope)
    {
        if (!_tokens.TryGetValue(scope, out var token))
        {
            using var bare = request();
            using var refused = await _http.SendAsync(bare);
            var challenge = Challenge(refused);
            var target = $"{challenge["realm"]}?service={Uri.EscapeDataString(challenge["service"])}&scope={Uri.EscapeDataString(scope)}";
            using var ask = new HttpRequestMessage(HttpMethod.Get, target);
            ask.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_user}:{_password}")));
            using var answer = await _http.SendAsync(ask);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            _tokens[scope] = token = await ReadTokenAsync(answer);
        }
        using var signed = request();
        signed.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(signed);
    }

    private async Task<Dictionary<string, string>> ChallengeAsync(string path)
    {
        using var refused = await _http.GetAsync(path);
        return Challenge(refused);
    }

    /// <summary>The parameters of the one Bearer challenge.</summary>
    private static Dictionary<string, string> Challenge(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var bearer = answer.Headers.WwwAuthenticate.Single(challenge => challenge.Scheme == "Bearer");
        return bearer.Parameter!.Split("\",").Select(pair => pair.Split("=\"", 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].TrimEnd('"'));
    }

    private static async Task<string> ReadTokenAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("access_token").GetString()!;
    }

    private static HttpRequestMessage Accepting(HttpMethod method, string path, params string[] types)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", string.Join(", ", types));
        return request;
    }
}
