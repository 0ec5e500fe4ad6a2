using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

/// <summary><c>Warning</c> headers: what the registry tells people.</summary>
public sealed class WarningTests : RegistryHttpTest
{
    private const string Artifact = "application/vnd.oci.artifact.manifest.v1+json";

    [Fact]
    public async Task The_operators_notice_comes_with_every_answer_of_the_distribution_API()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true, Notice = "moves to \"new.example\" in May" });
        foreach (var (method, path, status) in ((string, string, int)[])[("GET", "/v2/", 200), ("GET", "/v2/a/manifests/1.0", 404), ("POST", "/v2/a/blobs/uploads/", 202), ("GET", "/v2/a/referrers/sha256:x", 400)])
        {
            var answer = await registry.SendAsync(method, path);
            Assert.Equal((path, status, "299 - \"moves to \\\"new.example\\\" in May\""), (path, answer.Status, answer["Warning"]));
        }
        Assert.Null((await registry.SendAsync("GET", "/healthz"))["Warning"]);
    }

    [Fact]
    public async Task Without_a_notice_there_is_no_warning()
    {
        await Host.PushImageAsync("a", "1.0");
        Assert.Null((await GetAsync("/v2/a/manifests/1.0"))["Warning"]);
    }

    [Fact]
    public async Task A_media_type_that_was_withdrawn_is_taken_with_a_warning()
    {
        var answer = await Host.PutManifestAsync("a", "1.0", $$"""{"mediaType":"{{Artifact}}","artifactType":"application/x.test"}""", Artifact);
        Assert.Equal(201, answer.Status);
        Assert.StartsWith("299 - \"this manifest's media type was withdrawn", answer["Warning"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_says_its_withdrawn_type_itself_earns_the_same_warning()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"mediaType":"{{Artifact}}","artifactType":"application/x.test"}""");
        var answer = await Host.SendAsync("PUT", "/v2/a/manifests/1.0", body);
        Assert.Equal(201, answer.Status);
        Assert.StartsWith("299 - \"this manifest's media type was withdrawn", answer["Warning"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", true)]
    [InlineData("sha512-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", true)]
    [InlineData("sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.sig", false)]
    [InlineData("sha256-44136fa355b3678a1146ad16f7e8649e", false)]
    [InlineData("1.0", false)]
    public async Task An_index_of_the_referrers_tag_schema_is_taken_with_a_warning(string tag, bool warns)
    {
        var answer = await Host.PutManifestAsync("a", tag, """{"schemaVersion":2,"manifests":[]}""", RegistryScript.IndexType);
        Assert.Equal(201, answer.Status);
        Assert.Equal(warns, answer["Warning"]?.StartsWith("299 - \"this registry lists referrers itself", StringComparison.Ordinal) ?? false);
    }

    /// <summary>What an old client did before it knew of the API: it tags an index of the referrers itself.</summary>
    [Fact]
    public async Task Referrers_that_an_old_client_listed_by_tag_are_listed_by_the_API_each_once()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var referrer = await Host.PushImageAsync("a", "", "sig", subject, "application/x.sig");
        var index = new ImageIndex
        {
            MediaType = MediaTypes.ImageIndex,
            Entries = [Descriptor.Of(MediaTypes.ImageManifest, RegistryScript.Image("sig", subject, "application/x.sig"))],
        };
        var tag = subject.ToString().Replace(':', '-');
        Assert.Equal(201, (await Host.SendAsync("PUT", $"/v2/a/manifests/{tag}", index.ToJson(), $"Content-Type: {RegistryScript.IndexType}")).Status);

        var listed = (await GetAsync($"/v2/a/referrers/{subject}")).Json.GetProperty("manifests").EnumerateArray().ToList();
        Assert.Equal(referrer.ToString(), Assert.Single(listed).GetProperty("digest").GetString());
        Assert.Equal("application/x.sig", listed[0].GetProperty("artifactType").GetString());
    }

    [Fact]
    public async Task All_warnings_of_an_answer_stay_within_4096_bytes()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true, Notice = new string('"', WarningHeader.MaxText) });
        var answer = await registry.SendAsync("PUT", "/v2/a/manifests/1.0", new StringContent($$"""{"mediaType":"{{Artifact}}","artifactType":"application/x.test"}"""), $"Content-Type: {Artifact}");
        Assert.Equal(201, answer.Status);
        Assert.Contains("withdrawn", answer["Warning"], StringComparison.Ordinal);
        Assert.InRange(answer["Warning"]!.Length, WarningHeader.MaxText * 2, 4096);
    }
}
