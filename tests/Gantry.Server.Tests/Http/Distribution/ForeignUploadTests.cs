using Gantry.Protocol.Token;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

/// <summary>Upload sessions in the hands of others, and chunks that come twice.</summary>
public class ForeignUploadTests : RegistryHttpTest
{
    private static readonly string Hello = RegistryScript.DigestOf("hello").ToString();

    [Fact]
    public async Task Somebody_elses_session_takes_nothing_from_another_user_not_even_in_the_same_repository()
    {
        var location = await StartAsync("a");
        Assert.Equal(202, (await Host.SendAsync("PATCH", location, Utf8("hel"))).Status);
        Host.ActAs(TestCallers.With("stranger", null, TokenActions.Pull, TokenActions.Push, TokenActions.Delete));
        AssertRefused(await Host.SendAsync("PATCH", location, Utf8("XX")), 404, "BLOB_UPLOAD_UNKNOWN");
        AssertRefused(await Host.SendAsync("PATCH", location, Utf8("XX"), "Content-Range: 3-4"), 404, "BLOB_UPLOAD_UNKNOWN");
        AssertRefused(await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("XX")), 404, "BLOB_UPLOAD_UNKNOWN");
        AssertRefused(await DeleteAsync(location), 404, "BLOB_UPLOAD_UNKNOWN");
        Host.ActAs(TestCallers.Owner);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("lo"), "Content-Range: 3-4")).Status);
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
    }

    [Fact]
    public async Task A_session_is_found_by_its_own_id_alone_and_a_stranger_cannot_tell_a_good_guess_from_a_bad_one()
    {
        var location = await StartAsync("a");
        var id = location[(location.LastIndexOf('/') + 1)..];
        Host.ActAs(TestCallers.With("stranger", null, TokenActions.Pull, TokenActions.Push));
        var bad = await GetAsync($"/v2/a/blobs/uploads/{Guid.NewGuid()}");
        var good = await GetAsync(location);
        Assert.Equal((bad.Status, bad.Text), (good.Status, good.Text));
        Assert.Equal(bad.Headers.Keys.Order(StringComparer.Ordinal), good.Headers.Keys.Order(StringComparer.Ordinal));
        Host.ActAs(TestCallers.Owner);
        // Nor is there a pattern, a prefix or another form of it.
        foreach (var guess in (string[])["*", "%25", id[..8], id[..^1], id + "0", $"%7B{id}%7D", id.Replace("-", "", StringComparison.Ordinal), Guid.Empty.ToString(), "1", "0"])
            AssertRefused(await GetAsync($"/v2/a/blobs/uploads/{guess}"), 404, "BLOB_UPLOAD_UNKNOWN");
        // Ids are random, not counted.
        var ids = new HashSet<string>();
        for (var i = 0; i < 50; i++)
            Assert.True(ids.Add((await StartAsync("a"))[..^4]));
    }

    [Fact]
    public async Task A_session_of_one_repository_writes_to_no_other_one()
    {
        var location = await StartAsync("a");
        var elsewhere = location.Replace("/v2/a/", "/v2/b/", StringComparison.Ordinal);
        foreach (var method in (string[])["PATCH", "PUT", "DELETE"])
            AssertRefused(await Host.SendAsync(method, $"{elsewhere}?digest={Hello}", Utf8("hello")), 404, "BLOB_UPLOAD_UNKNOWN");
        AssertRefused(await GetAsync($"/v2/b/blobs/{Hello}"), 404, "BLOB_UNKNOWN");
        // What the query says of a repository changes nothing.
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}&from=b&mount={Hello}", Utf8("hello"))).Status);
        AssertRefused(await GetAsync($"/v2/b/blobs/{Hello}"), 404, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task A_chunk_that_comes_again_is_refused_and_changes_nothing()
    {
        var location = await StartAsync("a");
        Assert.Equal(202, (await Host.SendAsync("PATCH", location, Utf8("hel"), "Content-Range: 0-2")).Status);
        foreach (var range in (string[])["0-2", "1-3", "2-4"])
        {
            var again = await Host.SendAsync("PATCH", location, Utf8("XXX"), $"Content-Range: {range}");
            AssertRefused(again, 416, "RANGE_INVALID");
            Assert.Equal("0-2", again["Range"]);
        }
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("lo"), "Content-Range: 3-4")).Status);
        // Once it is a blob the session is over, and its last request cannot be played again either.
        AssertRefused(await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("lo"), "Content-Range: 3-4"), 404, "BLOB_UPLOAD_UNKNOWN");
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
    }

    private async Task<string> StartAsync(string repository)
    {
        var answer = await Host.SendAsync("POST", $"/v2/{repository}/blobs/uploads/");
        Assert.Equal(202, answer.Status);
        return answer["Location"]!;
    }
}
