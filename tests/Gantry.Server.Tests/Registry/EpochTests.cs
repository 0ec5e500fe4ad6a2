using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Registry;

/// <summary>What is remembered is never older than the last answer that changed it.</summary>
public sealed class EpochTests
{
    [Fact]
    public async Task A_reader_never_sees_a_tag_move_back_while_others_read_and_write()
    {
        await using var host = await RegistryTestHost.StartAsync();
        await host.PushBlobAsync("a", "{}");
        var digests = new List<Digest>();
        var manifests = new List<byte[]>();
        for (var i = 0; i < 20; i++)
        {
            await host.PushBlobAsync("a", $"{i}");
            manifests.Add(RegistryScript.Image($"{i}"));
            digests.Add(Digest.Of(manifests[^1]));
        }
        await PushAsync(0);
        var answered = 0;
        var done = false;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var seen = 0;
            while (!Volatile.Read(ref done))
            {
                // Neither behind an answered push nor behind what this reader saw before, answered or not.
                var least = Math.Max(seen, Volatile.Read(ref answered));
                var got = await host.SendAsync("HEAD", "/v2/a/manifests/latest");
                Assert.Equal(200, got.Status);
                seen = digests.IndexOf(Digest.Parse(got["Docker-Content-Digest"]!));
                Assert.True(seen >= least, $"manifest {seen} after manifest {least}");
            }
        })).ToList();
        for (var i = 1; i < manifests.Count; i++)
        {
            await PushAsync(i);
            Volatile.Write(ref answered, i);
        }
        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);

        async Task PushAsync(int i) =>
            Assert.Equal(201, (await host.SendAsync("PUT", "/v2/a/manifests/latest", manifests[i], $"Content-Type: {RegistryScript.ImageManifestType}")).Status);
    }

    [Fact]
    public async Task What_is_asked_again_is_answered_from_memory()
    {
        await using var host = await RegistryTestHost.StartAsync();
        await host.PushImageAsync("a", "1.0");
        var key = new Server.Metadata.RepositoryKey(host.Registry.Id, Protocol.Naming.RepositoryName.Parse("a"));
        var tag = Protocol.Naming.Tag.Parse("1.0");
        var first = await host.Content.Manifests.FetchAsync(key, tag, default);
        Assert.Same(first, await host.Content.Manifests.FetchAsync(key, tag, default));
        var blob = await host.Content.Blobs.FindAsync(key, RegistryScript.DigestOf("layer"), default);
        Assert.Same(blob, await host.Content.Blobs.FindAsync(key, RegistryScript.DigestOf("layer"), default));
        // A tag that moves makes everything be read anew.
        await host.PushImageAsync("a", "1.0", "other");
        Assert.NotSame(first, await host.Content.Manifests.FetchAsync(key, tag, default));
    }

    [Fact]
    public async Task A_manifest_as_large_as_the_operator_allows_is_kept_in_memory()
    {
        await using var host = await RegistryTestHost.StartAsync(Server.Registry.RegistryLimits.Default with { MaxManifestBytes = 6 * 1024 * 1024 });
        var body = $$$"""{"schemaVersion":2,"manifests":[],"annotations":{"long":"{{{new string('x', 5 * 1024 * 1024)}}}"}}""";
        Assert.Equal(201, (await host.PutManifestAsync("a", "1.0", body, RegistryScript.IndexType)).Status);
        var key = new Server.Metadata.RepositoryKey(host.Registry.Id, Protocol.Naming.RepositoryName.Parse("a"));
        var tag = Protocol.Naming.Tag.Parse("1.0");
        Assert.Same(await host.Content.Manifests.FetchAsync(key, tag, default), await host.Content.Manifests.FetchAsync(key, tag, default));
    }

    [Fact]
    public async Task A_large_manifest_is_not_kept_in_memory()
    {
        await using var host = await RegistryTestHost.StartAsync(Server.Registry.RegistryLimits.Default with { MaxCachedBytes = 100 });
        await host.PushImageAsync("a", "1.0");
        var key = new Server.Metadata.RepositoryKey(host.Registry.Id, Protocol.Naming.RepositoryName.Parse("a"));
        var tag = Protocol.Naming.Tag.Parse("1.0");
        Assert.NotSame(await host.Content.Manifests.FetchAsync(key, tag, default), await host.Content.Manifests.FetchAsync(key, tag, default));
    }
}
