using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Acr;

/// <summary>What each lock forbids, as one table: place × flag × operation.</summary>
public class LockTests : RegistryHttpTest
{
    private const string Message =
        """{"errors":[{"code":"REGISTRY_DISALLOWED_OPERATION","message":"The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation","detail":{}}]}""";

    // The operations, by a letter each:
    //   t pull by tag           d pull by digest       b pull a blob
    //   m move the tag          p push the manifest again by digest
    //   n push a new tag to the manifest               o push another manifest under a new tag
    //   u untag                 D delete the manifest  R delete the repository
    private const string All = "tdbmpnouDR";

    [Theory]
    [InlineData("tag", "writeEnabled", "muDR")]
    [InlineData("tag", "deleteEnabled", "uDR")]
    [InlineData("tag", "readEnabled", "t")]
    [InlineData("tag", "listEnabled", "")]
    [InlineData("manifest", "writeEnabled", "pDR")]
    [InlineData("manifest", "deleteEnabled", "DR")]
    [InlineData("manifest", "readEnabled", "td")]
    [InlineData("manifest", "listEnabled", "")]
    [InlineData("repository", "writeEnabled", "mpnouDR")]
    [InlineData("repository", "deleteEnabled", "R")]
    [InlineData("repository", "readEnabled", "tdb")]
    [InlineData("repository", "listEnabled", "")]
    public async Task A_lock_forbids_exactly_its_operations(string place, string flag, string forbidden)
    {
        foreach (var operation in All)
        {
            var repository = $"r/{place[..1]}{char.ToLowerInvariant(flag[0])}/x{(int)operation}";
            var digest = await PrepareAsync(repository);
            var path = PathOf(place, repository, digest);
            await Host.LockAsync(path, flag);
            var answer = await RunAsync(operation, repository, digest);
            if (forbidden.Contains(operation))
            {
                Assert.True(answer.Status == 405 && answer.Text.TrimEnd() == Message, $"{place} {flag}: '{operation}' gave {answer.Status} {answer.Text}");
                // Locking is no dead end: the same request passes once it is unlocked.
                await Host.LockAsync(path, flag, value: true);
                answer = await RunAsync(operation, repository, digest);
            }
            Assert.True(answer.Status is >= 200 and < 300, $"{place} {flag}: '{operation}' gave {answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task A_list_lock_hides_from_lists_and_from_nothing_else()
    {
        var digest = await PrepareAsync("a");
        await PrepareAsync("b");
        await Host.LockAsync("a", "listEnabled");
        Assert.Equal("""{"repositories":["b"]}""", (await GetAsync("/v2/_catalog")).Text);
        Assert.Equal("""{"repositories":["b"]}""", (await GetAsync("/acr/v1/_catalog")).Text);
        Assert.Equal(200, (await GetAsync("/acr/v1/a")).Status);

        await Host.LockAsync("a/_tags/1.0", "listEnabled");
        Assert.Equal("""{"name":"a","tags":["keep"]}""", (await GetAsync("/v2/a/tags/list")).Text);
        Assert.Single((await GetAsync("/acr/v1/a/_tags")).Json.GetProperty("tags").EnumerateArray().ToList());
        Assert.Equal(200, (await GetAsync("/acr/v1/a/_tags/1.0")).Status);

        await Host.LockAsync($"a/_manifests/{digest}", "listEnabled");
        Assert.DoesNotContain(digest.ToString(), (await GetAsync("/acr/v1/a/_manifests")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync($"/acr/v1/a/_manifests/{digest}")).Status);
    }

    [Fact]
    public async Task A_read_lock_holds_at_the_next_request_also_for_what_is_remembered()
    {
        var digest = await PrepareAsync("a");
        foreach (var path in (string[])["/v2/a/manifests/1.0", $"/v2/a/manifests/{digest}", $"/v2/a/blobs/{RegistryScript.DigestOf("layer")}"])
        {
            Assert.Equal(200, (await GetAsync(path)).Status);
            await Host.LockAsync("a", "readEnabled");
            var refused = await GetAsync(path);
            Assert.Equal(405, refused.Status);
            Assert.Equal(path.Contains("/blobs/", StringComparison.Ordinal) ? "DELETE" : "PUT, DELETE", refused["Allow"]);
            await Host.LockAsync("a", "readEnabled", value: true);
            Assert.Equal(200, (await GetAsync(path)).Status);
        }
    }

    [Fact]
    public async Task A_locked_manifest_stays_when_its_tag_moves_away()
    {
        var digest = await PrepareAsync("a");
        await Host.LockAsync($"a/_manifests/{digest}", "writeEnabled");
        await Host.PushImageAsync("a", "1.0", "other");
        Assert.Equal(200, (await GetAsync($"/v2/a/manifests/{digest}")).Status);
        Assert.NotEqual(digest.ToString(), (await GetAsync("/v2/a/manifests/1.0"))["Docker-Content-Digest"]);
    }

    [Fact]
    public async Task A_locked_manifest_takes_new_tags_and_tags_that_move_and_none_that_is_locked()
    {
        var digest = await PrepareAsync("a");
        await Host.LockAsync($"a/_manifests/{digest}", "writeEnabled");
        Assert.Equal(201, (await PutAsync("a", "new", "layer")).Status);
        Assert.Equal(201, (await PutAsync("a", "keep", "layer")).Status);
        Assert.Equal(digest.ToString(), (await GetAsync("/v2/a/manifests/keep"))["Docker-Content-Digest"]);
        await Host.LockAsync("a/_tags/new", "writeEnabled");
        Assert.Equal(405, (await PutAsync("a", "new", "layer")).Status);
        Assert.Equal(405, (await DeleteAsync($"/v2/a/manifests/{digest}")).Status);
    }

    [Fact]
    public async Task A_locked_referrer_keeps_its_subject()
    {
        var subject = await PrepareAsync("a");
        var referrer = await Host.PushImageAsync("a", "", "sig", subject);
        await Host.LockAsync($"a/_manifests/{referrer}", "deleteEnabled");
        Assert.Equal(405, (await DeleteAsync($"/v2/a/manifests/{subject}")).Status);
        Assert.Equal(200, (await GetAsync($"/v2/a/manifests/{subject}")).Status);
    }

    [Fact]
    public async Task A_write_lock_on_the_repository_refuses_uploads_mounts_and_blob_deletes()
    {
        await PrepareAsync("a");
        var loose = await Host.PushBlobAsync("a", "loose");
        var elsewhere = await Host.PushBlobAsync("b", "elsewhere");
        var open = (await Host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"];
        await Host.LockAsync("a", "writeEnabled");
        Assert.Equal(405, (await Host.SendAsync("POST", "/v2/a/blobs/uploads/")).Status);
        Assert.Equal(405, (await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={elsewhere}", Utf8("elsewhere"))).Status);
        Assert.Equal(405, (await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?mount={elsewhere}&from=b")).Status);
        Assert.Equal(405, (await Host.SendAsync("PUT", $"{open}?digest={elsewhere}", Utf8("elsewhere"))).Status);
        Assert.Equal(405, (await DeleteAsync($"/v2/a/blobs/{loose}")).Status);
        Assert.Equal(404, (await HeadAsync($"/v2/a/blobs/{elsewhere}")).Status);
    }

    [Fact]
    public async Task Nothing_is_mounted_out_of_a_repository_that_may_not_be_pulled()
    {
        var digest = await PrepareAsync("a");
        await Host.LockAsync("a", "readEnabled");
        Assert.NotEqual(default, digest);
        Assert.Equal(202, (await Host.SendAsync("POST", $"/v2/b/blobs/uploads/?mount={RegistryScript.DigestOf("layer")}&from=a")).Status);
        Assert.Equal(202, (await Host.SendAsync("POST", $"/v2/b/blobs/uploads/?mount={RegistryScript.DigestOf("layer")}")).Status);
    }

    /// <summary>The image under test at 1.0, and another that keeps the repository alive.</summary>
    private async Task<Digest> PrepareAsync(string repository)
    {
        await Host.PushImageAsync(repository, "keep", "kept");
        await Host.PushBlobAsync(repository, "other");
        return await Host.PushImageAsync(repository, "1.0", "layer");
    }

    private static string PathOf(string place, string repository, Digest digest) => place switch
    {
        "tag" => $"{repository}/_tags/1.0",
        "manifest" => $"{repository}/_manifests/{digest}",
        _ => repository,
    };

    private Task<WireAnswer> RunAsync(char operation, string repository, Digest digest) => operation switch
    {
        't' => GetAsync($"/v2/{repository}/manifests/1.0"),
        'd' => GetAsync($"/v2/{repository}/manifests/{digest}"),
        'b' => GetAsync($"/v2/{repository}/blobs/{RegistryScript.DigestOf("layer")}"),
        'm' => PutAsync(repository, "1.0", "other"),
        'p' => PutAsync(repository, digest.ToString(), "layer"),
        'n' => PutAsync(repository, "2.0", "layer"),
        'o' => PutAsync(repository, "3.0", "other"),
        'u' => DeleteAsync($"/acr/v1/{repository}/_tags/1.0"),
        'D' => DeleteAsync($"/v2/{repository}/manifests/{digest}"),
        'R' => DeleteAsync($"/acr/v1/{repository}"),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private Task<WireAnswer> PutAsync(string repository, string reference, string text) =>
        Host.SendAsync("PUT", $"/v2/{repository}/manifests/{reference}", RegistryScript.Image(text), $"Content-Type: {RegistryScript.ImageManifestType}");
}
