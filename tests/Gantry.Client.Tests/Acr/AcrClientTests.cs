using Gantry.Client.Acr;
using Gantry.Client.Tests.Remote;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Acr;

public sealed class AcrClientTests
{
    private const string Path = "/acr/v1/samples/artifact";
    private const string Times = "\"createdTime\":\"2019-08-28T20:43:31.0001687Z\",\"lastUpdateTime\":\"2019-08-28T20:43:31.0001687Z\"";
    private const string Locks = "\"changeableAttributes\":{\"deleteEnabled\":true,\"writeEnabled\":false,\"readEnabled\":true,\"listEnabled\":true}";
    private const string Repository = "{\"registry\":\"r\",\"imageName\":\"samples/artifact\"," + Times + ",\"manifestCount\":2,\"tagCount\":1," + Locks + "}";

    private static readonly Digest SomeDigest = Digest.Of("x"u8);
    private static readonly Tag One = Tag.Parse("1.0");

    private static string TagJson(string name) => "{\"name\":\"" + name + "\",\"digest\":\"" + SomeDigest + "\"," + Times + ",\"signed\":false," + Locks + "}";

    private static string ManifestJson => "{\"digest\":\"" + SomeDigest + "\",\"imageSize\":7," + Times + ",\"mediaType\":\"m\"," + Locks + "}";

    private static string In(string member, string value) => "{\"registry\":\"r\",\"imageName\":\"samples/artifact\",\"" + member + "\":" + value + "}";

    [Fact]
    public async Task Attributes_are_read_at_all_three_levels()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path, PeerAnswer.Json(Repository)).On("GET", $"{Path}/_tags/1.0", PeerAnswer.Json(In("tag", TagJson("1.0"))))
            .On("GET", $"{Path}/_manifests/{SomeDigest}", PeerAnswer.Json(In("manifest", ManifestJson)));
        using var client = peer.Client();
        var acr = new AcrClient(client);

        Assert.Equal(2, (await acr.GetRepositoryAsync(Wire.Repository)).ManifestCount);
        Assert.False((await acr.GetTagAsync(Wire.Repository, One)).ChangeableAttributes.WriteEnabled);
        Assert.Null((await acr.GetManifestAsync(Wire.Repository, SomeDigest)).Tags);
    }

    [Fact]
    public async Task Changes_are_patched_with_nothing_but_what_changes()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("PATCH", Path, PeerAnswer.Json(Repository)).On("PATCH", $"{Path}/_tags/1.0", PeerAnswer.Json(In("tag", TagJson("1.0"))))
            .On("PATCH", $"{Path}/_manifests/{SomeDigest}", PeerAnswer.Json(In("manifest", ManifestJson)));
        using var client = peer.Client();
        var acr = new AcrClient(client);
        var change = new AttributesChange { WriteEnabled = false };

        await acr.UpdateRepositoryAsync(Wire.Repository, change);
        await acr.UpdateTagAsync(Wire.Repository, One, change);
        await acr.UpdateManifestAsync(Wire.Repository, SomeDigest, change);

        Assert.All(peer.Requests, request => Assert.Equal("""{"writeEnabled":false}""", request.Text));
        Assert.Equal("application/json", peer.Requests[0].Headers["Content-Type"]);
    }

    [Fact]
    public async Task Lists_follow_the_registrys_links()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", $"{Path}/_tags", PeerAnswer.Json(In("tags", $"[{TagJson("a")}]"))
            .With("Link", "</acr/v1/samples%2Fartifact/_tags?last=a&n=100&orderby=timedesc>; rel=\"next\""));
        peer.On("GET", "/acr/v1/samples%2Fartifact/_tags", PeerAnswer.Json(In("tags", $"[{TagJson("b")}]")));
        peer.On("GET", $"{Path}/_manifests", PeerAnswer.Json(In("manifests", $"[{ManifestJson}]")));
        peer.On("GET", "/acr/v1/_catalog", PeerAnswer.Json("""{"repositories":["samples/artifact"]}"""));
        using var client = peer.Client();
        var acr = new AcrClient(client);

        Assert.Equal(["a", "b"], (await acr.ListTagsAsync(Wire.Repository, "timedesc").ToListAsync()).Select(tag => tag.Name));
        Assert.Single(await acr.ListManifestsAsync(Wire.Repository).ToListAsync());
        Assert.Equal(["samples/artifact"], await acr.ListRepositoriesAsync().ToListAsync());

        Assert.Equal("?n=100&orderby=timedesc", peer.Requests[0].Query);
    }

    [Fact]
    public async Task Deletes_say_what_went_and_refusals_what_was_wrong()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("DELETE", Path, PeerAnswer.Json("""{"manifestsDeleted":["m"],"tagsDeleted":["1.0"]}""", 202))
            .On("DELETE", $"/v2/samples/artifact/manifests/{SomeDigest}", 202)
            .On("DELETE", $"{Path}/_tags/1.0", PeerAnswer.Json("""{"errors":[{"code":"TAG_UNKNOWN","message":"the tag does not exist"}]}""", 404));
        using var client = peer.Client();
        var acr = new AcrClient(client);

        Assert.Equal(["1.0"], (await acr.DeleteRepositoryAsync(Wire.Repository)).TagsDeleted);
        await acr.DeleteManifestAsync(Wire.Repository, SomeDigest);
        var refusal = await Assert.ThrowsAsync<RegistryException>(() => acr.UntagAsync(Wire.Repository, One).AsTask());

        Assert.Equal(ErrorCode.TagUnknown, refusal.Code);
        Assert.Equal($"DELETE http://{peer.Authority}{Path}/_tags/1.0", refusal.Request);
    }

    [Fact]
    public async Task An_answer_that_is_not_acrs_is_an_error()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path, PeerAnswer.Json("""{"registry":null}"""));
        using var client = peer.Client();
        await Assert.ThrowsAsync<RegistryException>(() => new AcrClient(client).GetRepositoryAsync(Wire.Repository).AsTask());
    }

    [Fact]
    public async Task Principals_and_registries_are_managed_under_gantrys_own_path()
    {
        var id = Guid.Parse("6f9619ff-8b86-d011-b42d-00cf4fc964ff");
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", "/gantry/v1/principals", PeerAnswer.Json("""{"appId":"a","password":"p","tenant":"t"}""", 201))
            .On("GET", "/gantry/v1/principals", PeerAnswer.Json("""{"principals":[]}""")).On("DELETE", $"/gantry/v1/principals/{id}", 204)
            .On("GET", "/gantry/v1/registries", PeerAnswer.Json("""{"registries":[{"name":"myregistry","loginServer":"localhost:5000"}]}"""));
        using var client = peer.Client();
        var admin = new AdminClient(client);

        Assert.Equal("p", (await admin.CreatePrincipalAsync(new PrincipalRequest { Name = "ci", Role = "AcrPull" })).Password);
        Assert.Empty(await admin.ListPrincipalsAsync());
        await admin.DeletePrincipalAsync(id);
        Assert.Equal("localhost:5000", Assert.Single(await admin.ListRegistriesAsync()).LoginServer);

        Assert.Equal("""{"name":"ci","role":"AcrPull"}""", peer.Requests[0].Text);
    }
}
