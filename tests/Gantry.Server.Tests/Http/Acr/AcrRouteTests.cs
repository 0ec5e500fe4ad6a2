using Gantry.Server.Http.Acr;

namespace Gantry.Server.Tests.Http.Acr;

public sealed class AcrRouteTests
{
    [Theory]
    [InlineData("/acr/v1/_catalog", "Catalog", "", "")]
    [InlineData("/acr/v1/a", "Repository", "a", "")]
    [InlineData("/acr/v1/samples/artifact", "Repository", "samples/artifact", "")]
    [InlineData("/acr/v1/samples%2Fartifact", "Repository", "samples%2Fartifact", "")]
    [InlineData("/acr/v1/a/b/_tags", "Tags", "a/b", "")]
    [InlineData("/acr/v1/a/b/_tags/1.0", "Tag", "a/b", "1.0")]
    [InlineData("/acr/v1/a/b/_manifests", "Manifests", "a/b", "")]
    [InlineData("/acr/v1/a/b/_manifests/sha256%3Aabc", "Manifest", "a/b", "sha256%3Aabc")]
    [InlineData("/acr/v1/tags/manifests/_tags/_tags", "Tags", "tags/manifests/_tags", "")]
    [InlineData("/acr/v1/", "None", "", "")]
    [InlineData("/acr/v1", "None", "", "")]
    [InlineData("//acr/v1/a", "None", "", "")]
    [InlineData("/acr/v1/_deleted/_catalog", "None", "", "")]
    [InlineData("/acr/v1/a/_streaming", "None", "", "")]
    [InlineData("/acr/v1/a/_tags/1.0/_metadata", "None", "", "")]
    public void A_path_names_its_resource(string path, string resource, string repository, string last)
    {
        var route = AcrRoute.Match(path);
        Assert.Equal(resource, route.Resource.ToString());
        Assert.Equal(repository, route.Repository.ToString());
        Assert.Equal(last, route.Last.ToString());
    }
}
