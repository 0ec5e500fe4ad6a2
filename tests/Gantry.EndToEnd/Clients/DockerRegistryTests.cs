using System.Text.Json;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Clients;

/// <summary>Our own client against Debian's docker-registry, where referrers are a list under a tag.</summary>
public sealed class DockerRegistryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_whole_story_runs_with_our_program(bool secured)
    {
        using var sandbox = new Sandbox();
        await using var theirs = await DockerRegistry.StartAsync(sandbox, secured);
        await SignInAsync(sandbox, theirs, secured);
        var (trust, repository) = (Trust(theirs, secured), $"{theirs.Host}/samples/artifact");
        async Task<ToolResult> Gantry(params string[] arguments) => (await sandbox.GantryAsync([.. arguments, .. trust])).MustSucceed();

        sandbox.Write("artifact.txt", "Here is an artifact\n");
        sandbox.Write("folder/inside.txt", "inside");
        var pushed = await Gantry("push", $"{repository}:1.0,latest", "artifact.txt:text/plain", "folder", "--artifact-type", "application/vnd.example");
        sandbox.Write("sbom.json", "{}");
        var sbom = (await Gantry("attach", $"{repository}:1.0", "--artifact-type", "example/sbom", "sbom.json")).Digest;
        sandbox.Write("signature.bin", "signed");
        var signature = (await Gantry("attach", $"{repository}:1.0", "--artifact-type", "example/signature", "signature.bin", "--annotation", "by=us")).Digest;

        // The list is where the specification wants it, and says what it must.
        var tag = pushed.Digest.Replace(':', '-');
        Assert.Equal(["1.0", "latest", tag], (await Gantry("repo", "tags", repository)).Lines.Order(StringComparer.Ordinal));
        var list = (await Gantry("manifest", "fetch", $"{repository}:{tag}")).Json;
        Assert.Equal("application/vnd.oci.image.index.v1+json", list.GetProperty("mediaType").GetString());
        Assert.Equal([(sbom, "example/sbom"), (signature, "example/signature")], Entries(list.GetProperty("manifests")));
        Assert.Equal("us", list.GetProperty("manifests")[1].GetProperty("annotations").GetProperty("by").GetString());

        Assert.Equal([(sbom, "example/sbom"), (signature, "example/signature")], Entries((await Gantry("discover", $"{repository}:1.0", "--format", "json")).Json.GetProperty("referrers")));
        Assert.Equal([(signature, "example/signature")], Entries((await Gantry("discover", $"{repository}:1.0", "--format", "json", "--artifact-type", "example/signature")).Json.GetProperty("referrers")));

        await Gantry("tag", $"{repository}:1.0", "stable");
        Assert.Equal(pushed.Digest, (await Gantry("resolve", $"{repository}:stable")).Out.Trim());
        Assert.Contains("samples/artifact", (await Gantry("repo", "ls", theirs.Host)).Lines);
        var pulled = sandbox.NewFolder("pulled");
        Assert.Equal(pushed.Digest, (await Gantry("pull", $"{repository}:stable", "-o", pulled)).Digest);
        Assert.Equal("Here is an artifact\n", await File.ReadAllTextAsync(Path.Combine(pulled, "artifact.txt")));
        Assert.Equal("inside", await File.ReadAllTextAsync(Path.Combine(pulled, "folder", "inside.txt")));
        var manifest = (await Gantry("manifest", "fetch", $"{repository}:1.0")).Json;
        Assert.Equal("Here is an artifact\n", (await Gantry("blob", "fetch", "--output", "-", $"{repository}@{manifest.GetProperty("layers")[0].GetProperty("digest").GetString()}")).Out);
        if (secured)
        {
            await sandbox.GantryAsync("logout", theirs.Host);
            Assert.Equal(4, (await sandbox.GantryAsync(["resolve", $"{repository}:1.0", .. trust])).ExitCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_takes_referrers_from_our_registry_there_and_back(bool secured)
    {
        await using var user = await OrasUser.StartAsync(secured);
        await using var theirs = await DockerRegistry.StartAsync(user.Sandbox, secured);
        await SignInAsync(user.Sandbox, theirs, secured);
        var (sandbox, ours) = (user.Sandbox, user.Server.Host);
        var digest = await user.PushAsync("samples/artifact:1.0");
        sandbox.Write("sbom.json", "{}");
        var sbom = (await user.DoAsync("attach", $"{ours}/samples/artifact:1.0", "--artifact-type", "example/sbom", "sbom.json")).Digest;
        sandbox.Write("signature.bin", "signed");
        var signature = (await user.DoAsync("attach", $"{ours}/samples/artifact@{sbom}", "--artifact-type", "example/signature", "signature.bin")).Digest;

        (await sandbox.GantryAsync(["cp", "-r", $"{ours}/samples/artifact:1.0", $"{theirs.Host}/there/artifact:1.0", .. Sides(user.Authority, theirs.Authority, secured)])).MustSucceed();
        var tags = (await sandbox.GantryAsync(["repo", "tags", $"{theirs.Host}/there/artifact", .. Trust(theirs, secured)])).MustSucceed().Lines;
        Assert.Equal(new[] { "1.0", digest.Replace(':', '-'), sbom.Replace(':', '-') }.Order(StringComparer.Ordinal), tags.Order(StringComparer.Ordinal));

        (await sandbox.GantryAsync(["cp", "-r", $"{theirs.Host}/there/artifact:1.0", $"{ours}/back/artifact:1.0", .. Sides(theirs.Authority, user.Authority, secured)])).MustSucceed();
        Assert.Equal(digest, (await user.DoAsync("resolve", $"{ours}/back/artifact:1.0")).Out.Trim());
        Assert.Equal([(sbom, "example/sbom")], await user.DiscoverAsync("back/artifact:1.0"));
        Assert.Equal([(signature, "example/signature")], await user.DiscoverAsync($"back/artifact@{sbom}"));
        // Our registry has the API: the lists of the other one stayed there.
        Assert.Equal(["1.0"], await user.TagsAsync("back/artifact"));
    }

    /// <summary>The list that we write is the one that oras writes, and each adds to the other's.</summary>
    [Fact]
    public async Task The_real_oras_and_ours_share_one_list()
    {
        using var sandbox = new Sandbox();
        await using var theirs = await DockerRegistry.StartAsync(sandbox, secured: false);
        sandbox.Write("artifact.txt", "artifact");
        foreach (var repository in (string[])["mixed", "oras", "ours"])
            (await sandbox.GantryAsync("push", $"{theirs.Host}/{repository}:1", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example", "--annotation", "org.opencontainers.image.created=2026-01-01T00:00:00Z")).MustSucceed();

        var first = await AttachAsync(sandbox.GantryAsync, "mixed", "a");
        var second = await AttachAsync(sandbox.OrasAsync, "mixed", "b");
        var third = await AttachAsync(sandbox.GantryAsync, "mixed", "c");
        var seen = (await sandbox.OrasAsync("discover", $"{theirs.Host}/mixed:1", "--format", "json")).MustSucceed().Json.GetProperty("referrers");
        Assert.Equal([(first, "example/a"), (second, "example/b"), (third, "example/c")], Entries(seen));

        foreach (var name in (string[])["a", "b"])
        {
            await AttachAsync(sandbox.OrasAsync, "oras", name);
            await AttachAsync(sandbox.GantryAsync, "ours", name);
        }
        Assert.Equal(await ListAsync("oras"), await ListAsync("ours"));

        async Task<string> AttachAsync(Func<string[], Task<ToolResult>> program, string repository, string name)
        {
            sandbox.Write($"{name}.txt", name);
            return (await program(["attach", $"{theirs.Host}/{repository}:1", "--artifact-type", $"example/{name}", $"{name}.txt", "--annotation", "org.opencontainers.image.created=2026-01-01T00:00:00Z"])).MustSucceed().Digest;
        }

        async Task<string> ListAsync(string repository)
        {
            var subject = (await sandbox.OrasAsync("resolve", $"{theirs.Host}/{repository}:1")).MustSucceed().Out.Trim();
            return (await sandbox.OrasAsync("manifest", "fetch", $"{theirs.Host}/{repository}:{subject.Replace(':', '-')}")).MustSucceed().Out;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Concurrent_attaches_lose_nothing_and_deletes_leave_no_list(bool secured)
    {
        using var sandbox = new Sandbox();
        await using var theirs = await DockerRegistry.StartAsync(sandbox, secured);
        var name = RegistryName.Parse(theirs.Host);
        using var client = new RegistryClient(name, new RegistryClientOptions
        {
            PlainHttp = !secured,
            CaFile = secured ? theirs.Authority : null,
            Credentials = secured ? new StaticCredential(name, new Credential { Username = DockerRegistry.User, Password = DockerRegistry.Password }) : null,
        });
        var repository = client.GetRepository(RepositoryName.Parse("samples/artifact"));
        await repository.PushAsync(Descriptor.EmptyJson, new MemoryStream("{}"u8.ToArray()));
        var subject = await PushAsync(repository, 0, null);
        var listTag = subject.Digest.ToString().Replace(':', '-');

        var referrers = await Task.WhenAll(Enumerable.Range(1, 16).Select(number => PushAsync(repository, number, subject)));
        Assert.Equal(Texts(referrers), Texts(await ListAsync(repository, subject)));

        Assert.True(await repository.DeleteAsync(referrers[0]));
        Assert.Equal(Texts(referrers[1..]), Texts(await ListAsync(repository, subject)));
        await Task.WhenAll(referrers[1..].Select(referrer => repository.DeleteAsync(referrer).AsTask()));
        Assert.Empty(await ListAsync(repository, subject));
        // The last entry takes the list along.
        Assert.Null(await repository.ResolveAsync(listTag));
        Assert.NotNull(await repository.ResolveAsync(subject.Digest.ToString()));
    }

    private static async Task<Descriptor> PushAsync(RemoteRepository repository, int number, Descriptor? subject)
    {
        var bytes = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = MediaType.Parse("example/referrer"),
            Config = Descriptor.EmptyJson,
            Layers = [Descriptor.EmptyJson],
            Subject = subject,
            Annotations = new Dictionary<string, string> { ["number"] = $"{number}" },
        }.ToJson();
        var manifest = Descriptor.Of(MediaTypes.ImageManifest, bytes);
        await repository.PushAsync(manifest, new MemoryStream(bytes));
        return manifest;
    }

    private static async Task<IReadOnlyList<Descriptor>> ListAsync(RemoteRepository repository, Descriptor subject)
    {
        List<Descriptor> found = [];
        await foreach (var referrer in repository.ListReferrersAsync(subject))
            found.Add(referrer);
        return found;
    }

    private static IEnumerable<string> Texts(IEnumerable<Descriptor> descriptors) => descriptors.Select(descriptor => descriptor.Digest.ToString()).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Digest, string Type)> Entries(JsonElement entries) =>
        entries.EnumerateArray().Select(entry => (entry.GetProperty("digest").GetString()!, entry.GetProperty("artifactType").GetString()!));

    private static string[] Trust(DockerRegistry registry, bool secured) => secured ? ["--ca-file", registry.Authority, "--plain-http=false"] : [];

    private static string[] Sides(string from, string to, bool secured) =>
        secured ? ["--from-ca-file", from, "--from-plain-http=false", "--to-ca-file", to, "--to-plain-http=false"] : [];

    private static async Task SignInAsync(Sandbox sandbox, DockerRegistry registry, bool secured)
    {
        if (!secured)
            return;
        string[] login = ["login", registry.Host, "-u", DockerRegistry.User, "--password-stdin", .. Trust(registry, secured)];
        (await Tool.RunAsync(await PublishedProgram.PathAsync(), login, sandbox.Setting with { Input = "wrong" })).MustFail();
        (await Tool.RunAsync(await PublishedProgram.PathAsync(), login, sandbox.Setting with { Input = DockerRegistry.Password })).MustSucceed();
    }
}
