using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

/// <summary><c>If-Match</c> and <c>If-None-Match</c> on the push of a manifest.</summary>
public class ConditionalPushTests : RegistryHttpTest
{
    private const string Zero = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public async Task A_tag_is_written_once()
    {
        var first = await Host.PushImageAsync("a", "other", "one");
        await Host.PushImageAsync("a", "", "two");
        Assert.Equal(201, (await PushAsync("one", "1.0", "If-None-Match: *")).Status);
        AssertRefused(await PushAsync("two", "1.0", "If-None-Match: *"), 412, "PRECONDITION_FAILED");
        AssertRefused(await PushAsync("one", "1.0", "If-None-Match: *"), 412, "PRECONDITION_FAILED");
        Assert.Equal(first.ToString(), (await HeadAsync("/v2/a/manifests/1.0"))["Docker-Content-Digest"]);
    }

    [Fact]
    public async Task An_entity_tag_of_GET_is_what_a_tag_moves_from()
    {
        await Host.PushImageAsync("a", "1.0", "one");
        await Host.PushImageAsync("a", "", "two");
        var seen = (await GetAsync("/v2/a/manifests/1.0"))["ETag"];
        Assert.Equal(201, (await PushAsync("two", "1.0", $"If-Match: {seen}")).Status);
        AssertRefused(await PushAsync("one", "1.0", $"If-Match: {seen}"), 412, "PRECONDITION_FAILED");
        AssertRefused(await PushAsync("one", "absent", $"If-Match: {seen}"), 412, "PRECONDITION_FAILED");
    }

    [Theory]
    [InlineData("If-Match", "*", 201)]
    [InlineData("If-Match", "\"{0}\"", 201)]
    [InlineData("If-Match", "{0}", 201)]
    [InlineData("If-Match", "\"" + Zero + "\", \"{0}\"", 201)]
    [InlineData("If-Match", "\"" + Zero + "\"", 412)]
    [InlineData("If-Match", "W/\"{0}\"", 412)]
    [InlineData("If-Match", "\"what?\"", 412)]
    [InlineData("If-None-Match", "\"{0}\"", 412)]
    [InlineData("If-None-Match", "W/\"{0}\"", 412)]
    [InlineData("If-None-Match", "\"what?\"", 201)]
    [InlineData("If-None-Match", "\"" + Zero + "\"", 201)]
    public async Task A_condition_is_read_as_HTTP_has_it(string header, string value, int status)
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        Assert.Equal(status, (await PushAsync("layer", "1.0", $"{header}: {string.Format(null, value, digest)}")).Status);
    }

    [Fact]
    public async Task Both_conditions_must_hold()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        Assert.Equal(412, (await PushAsync("layer", "1.0", "If-Match: *", $"If-None-Match: \"{digest}\"")).Status);
        Assert.Equal(201, (await PushAsync("layer", "1.0", "If-Match: *", $"If-None-Match: \"{Zero}\"")).Status);
    }

    [Fact]
    public async Task By_digest_the_manifest_itself_must_be_new()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        AssertRefused(await PushAsync("layer", $"{digest}?tag=2.0", "If-None-Match: *"), 412, "PRECONDITION_FAILED");
        AssertRefused(await GetAsync("/v2/a/manifests/2.0"), 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_tag_or_a_manifest_is_deleted_as_what_it_was_seen_to_be()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        foreach (var path in (string[])["/v2/a/manifests/1.0", "/acr/v1/a/_tags/1.0", $"/v2/a/manifests/{digest}"])
        {
            AssertRefused(await DeleteAsync(path, $"If-Match: \"{Zero}\""), 412, "PRECONDITION_FAILED");
            Assert.Equal(200, (await HeadAsync("/v2/a/manifests/1.0")).Status);
        }
        Assert.Equal(202, (await DeleteAsync("/v2/a/manifests/1.0", $"If-Match: \"{digest}\"")).Status);
        Assert.Equal(404, (await DeleteAsync("/v2/a/manifests/1.0", "If-Match: *")).Status);
        Assert.Equal(202, (await DeleteAsync($"/v2/a/manifests/{digest}", $"If-Match: \"{digest}\"")).Status);
    }

    [Fact]
    public async Task Of_two_writers_one_wins()
    {
        await Host.PushImageAsync("a", "", "one");
        await Host.PushImageAsync("a", "", "two");
        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(PushAsync("one", $"v{round}", "If-None-Match: *"), PushAsync("two", $"v{round}", "If-None-Match: *"));
            Assert.Equal([201, 412], answers.Select(answer => answer.Status).Order());
            var winner = Digest.Of(RegistryScript.Image(answers[0].Status == 201 ? "one" : "two"));
            Assert.Equal(winner.ToString(), (await HeadAsync($"/v2/a/manifests/v{round}"))["Docker-Content-Digest"]);
        }
    }

    private Task<WireAnswer> PushAsync(string text, string reference, params string[] headers) =>
        Host.SendAsync("PUT", $"/v2/a/manifests/{reference}", RegistryScript.Image(text), [$"Content-Type: {RegistryScript.ImageManifestType}", .. headers]);
}
