using System.Text;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Testing;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>What one node answered holds on the other at its next request.</summary>
public sealed class TwoNodesTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_one_node_moves_deletes_or_locks_the_other_never_serves_from_memory()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var repository = new RepositoryKey(nodes.Registry.Id, RepositoryName.Parse("a"));
        var tags = new[] { Tag.Parse("one"), Tag.Parse("two") };
        var contents = Enumerable.Range(0, 4).Select(i => ManifestContent.Of(MediaTypes.ImageManifest, Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"seed":{{i}}}"""))).ToList();
        var model = new Dictionary<Tag, (Digest Digest, bool Readable)>();
        var random = new Seeded(532);
        for (var step = 0; step < 150; step++)
        {
            var writer = random.Below(2);
            var tag = random.Of(tags);
            switch (random.Below(4))
            {
                case 0 when model.ContainsKey(tag):
                    Assert.Equal(CommitOutcome.Done, await nodes.Stores[writer].DeleteTagAsync(repository, tag, null, Monday, default));
                    model.Remove(tag);
                    break;
                case 1 when model.TryGetValue(tag, out var known):
                    Assert.NotNull(await nodes.Stores[writer].UpdateTagAsync(repository, tag, new AttributesChange { ReadEnabled = !known.Readable }, Monday, default));
                    model[tag] = known with { Readable = !known.Readable };
                    break;
                case 2 when model.TryGetValue(tag, out var gone):
                    Assert.Equal(CommitOutcome.Done, (await nodes.Stores[writer].DeleteManifestAsync(repository, gone.Digest, withReferrers: false, default)).Outcome);
                    foreach (var (each, _) in model.Where(each => each.Value.Digest == gone.Digest).ToList())
                        model.Remove(each);
                    break;
                default:
                    var content = random.Of(contents);
                    var commit = new ManifestCommit { Repository = repository, Content = content, Tags = [tag], Blobs = [], Manifests = [], ImageSize = 0, Now = Monday };
                    Assert.Equal(CommitOutcome.Done, (await nodes.Stores[writer].CommitManifestAsync(commit, default)).Outcome);
                    model[tag] = (content.Descriptor.Digest, !model.TryGetValue(tag, out var before) || before.Readable);
                    break;
            }
            foreach (var each in tags)
            {
                (Digest, bool)? expected = model.TryGetValue(each, out var known) ? known : null;
                Assert.Equal(expected, await ReadAsync(nodes.Contents[1 - writer], repository, each, known.Digest));
                Assert.Equal(expected, await ReadAsync(nodes.Contents[writer], repository, each, known.Digest));
            }
        }
    }

    [Fact]
    public async Task Whom_one_node_admits_or_revokes_the_other_admits_or_refuses_at_once()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var directories = nodes.Stores.Select(store => new PrincipalDirectory(store, TimeProvider.System)).ToList();
        for (var i = 0; i < 20; i++)
        {
            var (writer, reader) = (i % 2, 1 - (i % 2));
            await nodes.Stores[writer].SetAnonymousPullAsync(nodes.Registry.Id, i % 3 == 0, default);
            Assert.Equal(i % 3 == 0, (await directories[reader].FindRegistryAsync("myregistry", default))!.AnonymousPull);

            var principal = new PrincipalRecord { Id = Guid.NewGuid(), Registry = nodes.Registry.Id, Name = $"p{i}", Created = Monday };
            Assert.Null(await directories[reader].FindAsync(nodes.Registry.Id, IdentityKey.OfPrincipal(principal.Id), default));
            Assert.Equal(CommitOutcome.Done, await nodes.Stores[writer].AddPrincipalAsync(principal, secret: null, assignment: null, default));
            Assert.NotNull(await directories[reader].FindAsync(nodes.Registry.Id, IdentityKey.OfPrincipal(principal.Id), default));
            if (i > 0)
            {
                Assert.Equal(CommitOutcome.Done, await nodes.Stores[writer].DeletePrincipalAsync(nodes.Registry.Id, principal.Id, default));
                Assert.Null(await directories[reader].FindAsync(nodes.Registry.Id, IdentityKey.OfPrincipal(principal.Id), default));
            }
        }
    }

    [Fact]
    public async Task A_token_of_one_node_is_good_on_the_other_at_once_whenever_its_key_was_made()
    {
        await using var nodes = await TwoNodes.StartAsync();
        using var here = new SigningKeys(nodes.Stores[0], TimeProvider.System);
        using var there = new SigningKeys(nodes.Stores[1], TimeProvider.System);
        await Task.WhenAll(here.PrepareAsync(default).AsTask(), there.PrepareAsync(default).AsTask());
        for (var i = 0; i < 5; i++)
        {
            await here.RotateAsync(default);
            Assert.NotNull(await there.FindAsync(here.Current.Header.AsMemory(), default));
        }
    }

    [Fact]
    public async Task An_upload_that_begins_on_one_node_goes_on_and_ends_on_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var repository = new RepositoryKey(nodes.Registry.Id, RepositoryName.Parse("a"));
        var random = new Seeded(533);
        for (var round = 0; round < 5; round++)
        {
            var bytes = new List<byte>();
            Guid id;
            await using (var session = await nodes.Contents[0].Uploads.StartAsync(repository, "me", DigestAlgorithm.Sha256, default))
                id = session.Id;
            // Each node goes on with the hash of what it received itself only where nobody came in between.
            for (var chunk = 0; chunk < 8; chunk++)
            {
                await using var session = await nodes.Contents[random.Below(2)].Uploads.ResumeAsync(repository, id, "me", default);
                var part = Encoding.UTF8.GetBytes($"round {round}, chunk {chunk};");
                bytes.AddRange(part);
                await session.AppendAsync(new MemoryStream(part), part.Length, default);
            }
            var digest = Digest.Of([.. bytes]);
            await using (var session = await nodes.Contents[random.Below(2)].Uploads.ResumeAsync(repository, id, "me", default))
                await session.CompleteAsync(digest, default);

            Assert.Equal(bytes.Count, await nodes.Stores[1].FindBlobAsync(repository, digest, default));
            Assert.Null(await nodes.Stores[0].FindJobAsync(UploadRecord.LeaseOf(id), default));
        }
    }

    [Fact]
    public async Task A_session_that_a_request_of_one_node_works_on_is_busy_on_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var repository = new RepositoryKey(nodes.Registry.Id, RepositoryName.Parse("a"));
        Guid id;
        await using (var session = await nodes.Contents[0].Uploads.StartAsync(repository, "me", DigestAlgorithm.Sha256, default))
            id = session.Id;

        await using (await nodes.Contents[0].Uploads.ResumeAsync(repository, id, "me", default))
        {
            var busy = await Assert.ThrowsAsync<RegistryException>(async () => await nodes.Contents[1].Uploads.ResumeAsync(repository, id, "me", default));
            Assert.Equal(409, busy.Status);
        }

        await using (await nodes.Contents[1].Uploads.ResumeAsync(repository, id, "me", default))
        {
        }
    }

    [Fact]
    public async Task A_session_that_another_node_took_over_stores_nothing_for_the_first()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var repository = new RepositoryKey(nodes.Registry.Id, RepositoryName.Parse("a"));
        Guid id;
        await using (var session = await nodes.Contents[0].Uploads.StartAsync(repository, "me", DigestAlgorithm.Sha256, default))
            id = session.Id;
        var stalled = await nodes.Contents[0].Uploads.ResumeAsync(repository, id, "me", default);
        await stalled.AppendAsync(new MemoryStream("abc"u8.ToArray()), 3, default);

        // As if the first had been stopped until its time was over: somebody else has the lease.
        await nodes.Stores[1].WriteAsync(transaction => transaction.Db.Execute("update job set ends = 0 where name = ?1", UploadRecord.LeaseOf(id)), default);
        Assert.NotNull(await nodes.Stores[1].TakeJobAsync(UploadRecord.LeaseOf(id), "another", TimeSpan.FromSeconds(30), default));

        await Assert.ThrowsAsync<IOException>(async () => await stalled.CompleteAsync(Digest.Of("abc"u8), default));
        await Assert.ThrowsAsync<IOException>(async () => await stalled.DisposeAsync());
        Assert.Null(await nodes.Stores[0].FindBlobAsync(repository, Digest.Of("abc"u8), default));
    }

    [Fact]
    public async Task All_nodes_draw_the_same_secret()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var secrets = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => nodes.Stores[i % 2].EnsureSecretAsync("tenant", new byte[] { (byte)i }, default).AsTask()));
        Assert.Single(secrets.Select(secret => secret.Span[0]).Distinct());
    }

    private static async Task<(Digest Digest, bool Readable)?> ReadAsync(RegistryContent content, RepositoryKey repository, Tag tag, Digest expected)
    {
        try
        {
            return ((await content.Manifests.FetchAsync(repository, tag, default)).Digest, true);
        }
        catch (RegistryException e)
        {
            return e.Status == 404 ? null : (expected, false);
        }
    }
}
