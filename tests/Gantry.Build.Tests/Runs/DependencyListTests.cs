using Gantry.Build.Runs;
using Gantry.Protocol.Runs;

namespace Gantry.Build.Tests.Runs;

public sealed class DependencyListTests
{
    [Fact]
    public void The_list_is_the_services_YAML()
    {
        var list = DependencyList.Write([Image("r.azurecr.io", "app", "v1", "sha256:aa")], Image("registry.hub.docker.com", "library/nginx", "latest", "sha256:bb"),
            [Image("mcr.microsoft.com", "sdk", "10.0", "sha256:cc"), Image("mcr.microsoft.com", "tool", null, "sha256:dd")]);
        Assert.Equal(
            """
            - image:
                registry: r.azurecr.io
                repository: app
                tag: v1
                digest: sha256:aa
              runtime-dependency:
                registry: registry.hub.docker.com
                repository: library/nginx
                tag: latest
                digest: sha256:bb
              buildtime-dependency:
              - registry: mcr.microsoft.com
                repository: sdk
                tag: "10.0"
                digest: sha256:cc
              - registry: mcr.microsoft.com
                repository: tool
                digest: sha256:dd
              git: {}

            """, list, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Each_name_has_an_entry_and_an_image_of_nothing_has_no_dependency()
    {
        var list = DependencyList.Write([Image("h", "a", "x", "sha256:aa"), Image("h", "b", "x", "sha256:aa")], null, []);
        Assert.Equal(2, list.Split("- image:").Length - 1);
        Assert.DoesNotContain("dependency", list, StringComparison.Ordinal);
    }

    private static RunImage Image(string registry, string repository, string? tag, string digest) => new() { Registry = registry, Repository = repository, Tag = tag, Digest = digest };
}
