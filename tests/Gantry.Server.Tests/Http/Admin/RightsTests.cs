using System.Security.Cryptography;
using System.Text;
using Gantry.Testing;

namespace Gantry.Server.Tests.Http.Admin;

/// <summary>Who may do what, through HTTP: a row per action, a column per identity. Basic and a token for everything must come to the same.</summary>
public sealed class RightsTests
{
    private const string Content = "application/vnd.oci.image.manifest.v1+json";
    private static readonly string[] Identities = ["Owner", "AcrPush", "AcrPull", "AcrDelete", "below", "anonymous", "wrong"];

    // For each action, the identities that may.
    private static readonly (string Action, string Method, string Path, string? Body, string May)[] Actions =
    [
        ("ping", "GET", "/v2/", null, "Owner AcrPush AcrPull AcrDelete below"),
        ("catalog", "GET", "/v2/_catalog", null, "Owner AcrPush AcrPull AcrDelete"),
        ("acr catalog", "GET", "/acr/v1/_catalog", null, "Owner AcrPush AcrPull AcrDelete"),
        ("pull", "GET", "/v2/samples/artifact/manifests/1.0", null, "Owner AcrPush AcrPull anonymous"),
        ("head", "HEAD", "/v2/samples/artifact/manifests/1.0", null, "Owner AcrPush AcrPull anonymous"),
        ("blob", "GET", "/v2/samples/artifact/blobs/sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", null, "Owner AcrPush AcrPull anonymous"),
        ("referrers", "GET", "/v2/samples/artifact/referrers/sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", null, "Owner AcrPush AcrPull anonymous"),
        ("attributes", "GET", "/acr/v1/samples/artifact", null, "Owner AcrPush AcrPull AcrDelete anonymous"),
        ("tag attributes", "GET", "/acr/v1/samples/artifact/_tags/1.0", null, "Owner AcrPush AcrPull AcrDelete anonymous"),
        ("push blob", "POST", "/v2/samples/artifact/blobs/uploads/", null, "Owner AcrPush"),
        ("push manifest", "PUT", "/v2/samples/artifact/manifests/2.0", "", "Owner AcrPush"),
        ("lock", "PATCH", "/acr/v1/samples/artifact/_tags/1.0", "{}", "Owner AcrPush"),
        ("untag", "DELETE", "/acr/v1/samples/artifact/_tags/gone", null, "Owner AcrDelete"),
        ("delete manifest", "DELETE", "/v2/samples/artifact/manifests/sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", null, "Owner AcrDelete"),
        ("delete repository", "DELETE", "/acr/v1/samples/gone", null, "Owner AcrDelete"),
        ("push below", "POST", "/v2/below/artifact/blobs/uploads/", null, "Owner AcrPush below"),
    ];

    [Fact]
    public async Task Every_identity_may_what_its_role_says_and_nothing_else()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { AnonymousPull = true });
        await PushAsync(registry);
        var found = new List<string>();
        foreach (var identity in Identities)
        {
            var authorizations = await AuthorizationsAsync(registry, identity);
            foreach (var (action, method, path, body, may) in Actions)
            {
                foreach (var (form, authorization) in authorizations)
                {
                    var answer = await registry.SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, Content), authorization is null ? [] : [$"Authorization: {authorization}"]);
                    var allowed = may.Split(' ').Contains(identity);
                    // The rules may still refuse what the caller may try: a manifest of no bytes is none.
                    if (answer.Status == 401 == allowed || answer.Status is 403 or >= 500)
                        found.Add($"{identity} by {form}: {action} answered {answer.Status}");
                    if (answer.Status == 401 && answer["WWW-Authenticate"] is not { Length: > 0 })
                        found.Add($"{identity} by {form}: {action} is not challenged");
                }
            }
        }
        Assert.Empty(found);
    }

    private static async Task<IReadOnlyList<(string Form, string? Authorization)>> AuthorizationsAsync(RegistryInProcess registry, string identity)
    {
        if (identity is "anonymous")
            return [("nothing", null), await TokenAsync(registry, null)];
        if (identity is "wrong")
            return [("Basic", RegistryInProcess.Basic(registry.Owner.AppId, "wrong")), ("Bearer", "Bearer x.y.z")];
        var credentials = identity is "below"
            ? await registry.AddPrincipalAsync("below", "AcrPush", "below")
            : await registry.AddPrincipalAsync(identity, identity);
        var basic = RegistryInProcess.Basic(credentials);
        return [("Basic", basic), await TokenAsync(registry, basic)];
    }

    // What is asked for is everything by name, so that only the right decides.
    private static async Task<(string Form, string? Authorization)> TokenAsync(RegistryInProcess registry, string? basic)
    {
        const string All = "pull,push,delete,metadata_read,metadata_write";
        var query = $"scope=repository:samples/artifact:{All}&scope=repository:samples/gone:{All}&scope=repository:below/artifact:{All}&scope=registry:catalog:*";
        var answer = await registry.SendAsync("GET", $"/oauth2/token?{query}", null, basic is null ? [] : [$"Authorization: {basic}"]);
        return ("Bearer", $"Bearer {answer.Json.GetProperty("access_token").GetString()}");
    }

    private static async Task PushAsync(RegistryInProcess registry)
    {
        var owner = $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
        var config = Encoding.UTF8.GetBytes("{}");
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(config))}";
        Assert.Equal(201, (await registry.SendAsync("POST", $"/v2/samples/artifact/blobs/uploads/?digest={digest}", new ByteArrayContent(config), owner, "Content-Type: application/octet-stream")).Status);
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{Content}}","config":{"mediaType":"application/vnd.example","digest":"{{digest}}","size":2},"layers":[]}""";
        Assert.Equal(201, (await registry.SendAsync("PUT", "/v2/samples/artifact/manifests/1.0", new StringContent(manifest), owner, $"Content-Type: {Content}")).Status);
    }
}
