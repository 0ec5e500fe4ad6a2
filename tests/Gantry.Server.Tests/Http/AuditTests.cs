using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Oci;
using Gantry.Server.Audit;
using Gantry.Server.Defence;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

public sealed class AuditTests
{
    private const string ImageType = "application/vnd.oci.image.manifest.v1+json";
    private static readonly byte[] Empty = "{}"u8.ToArray();

    [Fact]
    public async Task Every_operation_is_recorded_with_ACRs_columns()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var owner = Owner(registry);
        var blob = Digest.Of(Empty);
        await PushAsync(registry, "samples/a", "1.0");
        await registry.SendAsync("POST", $"/v2/samples/b/blobs/uploads/?mount={blob}&from=samples/a", null, owner);
        var pulled = await registry.SendAsync("GET", "/v2/samples/a/manifests/1.0", null, owner, "User-Agent: test/1 \"x\"");
        await registry.SendAsync("HEAD", "/v2/samples/a/manifests/1.0", null, owner);
        await registry.SendAsync("GET", $"/v2/samples/a/blobs/{blob}", null, owner);
        await registry.SendAsync("PATCH", "/acr/v1/samples/a/_tags/1.0", new StringContent("""{"writeEnabled":true}"""), owner);
        await registry.SendAsync("DELETE", "/acr/v1/samples/a/_tags/1.0", null, owner);
        await registry.SendAsync("DELETE", $"/v2/samples/a/manifests/{pulled["Docker-Content-Digest"]}", null, owner);
        await registry.AddPrincipalAsync("reader", "AcrPull");
        await registry.SendAsync("GET", "/oauth2/token?service=a", null, owner);

        var records = (await ReadAsync(registry)).Records.Reverse().ToList();
        Assert.Equal(
            ["Login", "Push", "Push", "Mount", "Pull", "Pull", "UpdateMetadata", "Untag", "Delete", "Manage", "Login"],
            records.Select(record => record.OperationName));
        Assert.All(records, record =>
        {
            Assert.Equal(("HttpStatusCode", registry.Owner.AppId, "127.0.0.1"), (record.ResultType, record.Identity, record.CallerIpAddress));
            Assert.Equal((registry.LoginServer, "myregistry", registry.Owner.Tenant), (record.LoginServer, record.Registry, record.UserTenantId));
            Assert.True(Guid.TryParse(record.CorrelationId, out _));
        });
        var pull = records[4];
        Assert.Equal(("samples/a", "1.0", pulled["Docker-Content-Digest"], ImageType), (pull.Repository, pull.Tag, pull.Digest, pull.MediaType));
        Assert.Equal(("manifest", pulled.Body.Length, "200", "test/1 \\\"x\\\""), (pull.ArtifactType, pull.Size, pull.ResultDescription, pull.UserAgent));
        Assert.Equal(pulled["X-Ms-Correlation-Request-Id"], pull.CorrelationId);
        Assert.Equal((blob.ToString(), "samples/b"), (records[3].Digest, records[3].Repository));
        Assert.Equal(("blob", (string?)null), (records[5].ArtifactType, records[5].Tag));
        Assert.Equal("/gantry/v1/principals", records[9].Resource);
    }

    [Fact]
    public async Task GHSA_prh4_no_secret_and_no_query_comes_into_the_record()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var token = (await registry.SendAsync("GET", "/oauth2/token?service=a&offline_token=true&account=query-secret", null, Owner(registry))).Json;
        await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic("password-as-user", "password-as-password")}");
        await registry.SendAsync("DELETE", "/v2/a/manifests/1?query-secret", null, $"Authorization: Bearer {token.GetProperty("access_token").GetString()}", "Cookie: cookie-secret");
        var created = await registry.AddPrincipalAsync("reader", "AcrPull");
        await registry.Server.StopAsync();

        var text = string.Concat(Files(registry).Select(File.ReadAllText));
        Assert.Contains("\"Login\"", text, StringComparison.Ordinal);
        foreach (var secret in (string[])["query-secret", "password-as", "cookie-secret", registry.Owner.Password, created.Password, token.GetProperty("access_token").GetString()!, token.GetProperty("refresh_token").GetString()!])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_is_its_users_alone_and_outlives_the_server()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        await PushAsync(registry, "a", "1");
        await registry.RestartAsync();
        Assert.Contains((await ReadAsync(registry)).Records, record => record is { OperationName: "Push", Tag: "1" });
        foreach (var file in Files(registry))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Refusals_are_recorded_and_first_requests_without_credentials_are_not()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Audit = AuditOptions.Default with { Left = AuditClass.Reads } });
        var reader = await registry.AddPrincipalAsync("reader", "AcrPull", "mine");
        var header = $"Authorization: {RegistryInProcess.Basic(reader)}";
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/others/manifests/1")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/others/manifests/1", null, header)).Status);
        Assert.Equal(404, (await registry.SendAsync("GET", "/v2/mine/manifests/1", null, header)).Status);
        var refused = (await ReadAsync(registry, "&result=4xx")).Records;
        Assert.Equal(("Pull", "others", reader.AppId, "401"), refused.Select(record => (record.OperationName, record.Repository, record.Identity, record.ResultDescription)).Single());
    }

    [Fact]
    public async Task A_token_that_its_owner_ends_is_recorded_as_theirs()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var token = (await registry.SendAsync("GET", "/oauth2/token?service=a&offline_token=true", null, Owner(registry))).Json.GetProperty("refresh_token").GetString()!;
        Assert.Equal(200, (await RevokeAsync(token)).Status);
        Assert.Equal(200, (await RevokeAsync("nonsense")).Status);
        var record = Assert.Single((await ReadAsync(registry, "&operation=Manage")).Records);
        Assert.Equal(("/oauth2/revoke", registry.Owner.AppId, "200"), (record.Resource, record.Identity, record.ResultDescription));

        Task<WireAnswer> RevokeAsync(string text) =>
            registry.SendAsync("POST", "/oauth2/revoke", new StringContent($"token={text}", Encoding.UTF8, "application/x-www-form-urlencoded"));
    }

    [Fact]
    public async Task A_flood_of_wrong_sign_ins_does_not_fill_the_record()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 3 } });
        for (var i = 0; i < 50; i++)
            await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(Guid.NewGuid().ToString(), "wrong")}");
        var wrong = (await ReadAsync(registry, "&operation=login&result=401")).Records;
        Assert.Equal(3, wrong.Count);
        var late = Assert.Single((await ReadAsync(registry, "&operation=login&result=429")).Records);
        Assert.Equal(("429", null), (late.ResultDescription, late.Repeated));
        Assert.Equal(4, (await ReadAsync(registry, "&operation=login&result=4xx")).Records.Count);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_owners_see_their_own_registry()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { HostMap = new Dictionary<string, string> { ["other.test"] = "otherregistry" } });
        for (var i = 0; i < 5; i++)
            await registry.SendAsync("DELETE", $"/v2/a/manifests/t{i}", null, Owner(registry));
        var tags = new List<string?>();
        for (string? last = ""; last is not null;)
        {
            var page = await ReadAsync(registry, $"&operation=Untag&n=2{(last.Length == 0 ? "" : $"&last={Uri.EscapeDataString(last)}")}");
            tags.AddRange(page.Records.Select(record => record.Tag));
            last = page.Next;
        }
        Assert.Equal(["t4", "t3", "t2", "t1", "t0"], tags);

        var puller = await registry.AddPrincipalAsync("puller", "AcrPull");
        Assert.Equal(403, (await registry.SendAsync("GET", "/gantry/v1/audit", null, $"Authorization: {RegistryInProcess.Basic(puller)}")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/gantry/v1/audit")).Status);
        foreach (var bad in (string[])["n=0", "n=x", "from=yesterday", "last=x"])
            Assert.Equal(400, (await registry.SendAsync("GET", $"/gantry/v1/audit?{bad}", null, Owner(registry))).Status);
        if (registry.Server.NewOwners.SingleOrDefault(owner => owner.Registry == "otherregistry") is not { } other)
            throw new InvalidOperationException("the other registry has no owner");
        var theirs = await registry.SendAsync("GET", "/gantry/v1/audit", null, $"Authorization: {RegistryInProcess.Basic(other.Credentials)}", "Host: other.test");
        Assert.All(JsonSerializer.Deserialize(theirs.Body, WireJson.Wire.AuditPage)!.Records, record => Assert.Equal("otherregistry", record.Registry));
    }

    private static string Owner(RegistryInProcess registry) => $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";

    private static string[] Files(RegistryInProcess registry) => Directory.GetFiles(Path.Combine(registry.Folder, "audit"));

    private static async Task PushAsync(RegistryInProcess registry, string repository, string tag)
    {
        var digest = Digest.Of(Empty);
        Assert.Equal(201, (await registry.SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", new ByteArrayContent(Empty), Owner(registry))).Status);
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{ImageType}}","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{digest}}","size":2},"layers":[]}""";
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest));
        Assert.Equal(201, (await registry.SendAsync("PUT", $"/v2/{repository}/manifests/{tag}", content, Owner(registry), $"Content-Type: {ImageType}")).Status);
    }

    private static async Task<AuditPage> ReadAsync(RegistryInProcess registry, string more = "")
    {
        var answer = await registry.SendAsync("GET", $"/gantry/v1/audit?{more.TrimStart('&')}", null, Owner(registry));
        Assert.True(answer.Status == 200, answer.Text);
        return JsonSerializer.Deserialize(answer.Body, WireJson.Wire.AuditPage)!;
    }
}
