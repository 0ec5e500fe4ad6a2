using Gantry.Server.Http.Distribution;

namespace Gantry.Server.Tests.Http.Distribution;

public sealed class DistributionRouteTests
{
    [Theory]
    [InlineData("/v2/", "Ping", "", "")]
    [InlineData("/v2", "Ping", "", "")]
    [InlineData("/v2/_catalog", "Catalog", "", "")]
    [InlineData("/v2/a/manifests/1.0", "Manifest", "a", "1.0")]
    [InlineData("/v2/samples/artifact/manifests/sha256:abc", "Manifest", "samples/artifact", "sha256:abc")]
    [InlineData("/v2/samples%2Fartifact/manifests/sha256%3Aabc", "Manifest", "samples%2Fartifact", "sha256%3Aabc")]
    [InlineData("/v2/a/b/c/blobs/sha256:abc", "Blob", "a/b/c", "sha256:abc")]
    [InlineData("/v2/a/blobs/uploads/", "UploadStart", "a", "")]
    [InlineData("/v2/a/blobs/uploads", "UploadStart", "a", "")]
    [InlineData("/v2/a/blobs/uploads/1234", "Upload", "a", "1234")]
    [InlineData("/v2/a/tags/list", "Tags", "a", "")]
    [InlineData("/v2/a/referrers/sha256:abc", "Referrers", "a", "sha256:abc")]
    public void A_path_names_its_resource(string path, string resource, string repository, string last) => AssertRoute(path, resource, repository, last);

    [Theory]
    [InlineData("/v2/blobs/blobs/sha256:abc", "Blob", "blobs", "sha256:abc")]
    [InlineData("/v2/blobs/blobs/uploads/", "UploadStart", "blobs", "")]
    [InlineData("/v2/uploads/blobs/uploads/1234", "Upload", "uploads", "1234")]
    [InlineData("/v2/a/blobs/uploads/blobs/uploads/1234", "Upload", "a/blobs/uploads", "1234")]
    [InlineData("/v2/a/blobs/uploads/manifests/1.0", "Manifest", "a/blobs/uploads", "1.0")]
    [InlineData("/v2/manifests/manifests/manifests", "Manifest", "manifests", "manifests")]
    [InlineData("/v2/tags/list/tags/list", "Tags", "tags/list", "")]
    [InlineData("/v2/tags/manifests/blobs/uploads/tags/list", "Tags", "tags/manifests/blobs/uploads", "")]
    [InlineData("/v2/referrers/referrers/sha256:abc", "Referrers", "referrers", "sha256:abc")]
    [InlineData("/v2/referrers/tags/manifests/list", "Manifest", "referrers/tags", "list")]
    public void A_repository_may_be_named_like_the_grammar(string path, string resource, string repository, string last) =>
        AssertRoute(path, resource, repository, last);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//v2/")]
    [InlineData("/V2/")]
    [InlineData("/v2/a")]
    [InlineData("/v2/_oci/ext/discover")]
    [InlineData("/v2//manifests")]
    [InlineData("/v2/manifests/latest")]
    [InlineData("/v2/blobs/uploads/")]
    [InlineData("/v2/blobs/uploads/1234")]
    [InlineData("/v2/a%2Fmanifests%2Flatest")]
    [InlineData("/v2/a/m%61nifests/latest")]
    [InlineData("/v2/a/tags/other")]
    [InlineData("/v2/_catalog/")]
    public void Other_paths_name_nothing(string path) => AssertRoute(path, "None", "", "");

    [Fact]
    public void No_path_breaks_the_cutting()
    {
        string[] pieces = ["", "v2", "a", "blobs", "uploads", "manifests", "tags", "list", "referrers", "_catalog", "..", "%2F", "\0"];
        var seed = 12345u;
        for (var i = 0; i < 50_000; i++)
        {
            var path = "/v2/";
            for (var n = 0; n < i % 7; n++)
            {
                seed = (seed * 1_664_525) + 1_013_904_223;
                path += pieces[(seed >> 8) % pieces.Length] + ((seed & 64) == 0 ? "/" : "");
            }
            var route = DistributionRoute.Match(path);
            // Whatever the pieces are, they are parts of the path, and a resource that needs a repository has one.
            Assert.Contains(route.Repository.ToString(), path, StringComparison.Ordinal);
            Assert.Equal(route.Resource is DistributionResource.None or DistributionResource.Ping or DistributionResource.Catalog, route.Repository.IsEmpty);
        }
    }

    private static void AssertRoute(string path, string resource, string repository, string last)
    {
        var route = DistributionRoute.Match(path);
        Assert.Equal(resource, route.Resource.ToString());
        Assert.Equal(repository, route.Repository.ToString());
        Assert.Equal(last, route.Last.ToString());
    }
}
