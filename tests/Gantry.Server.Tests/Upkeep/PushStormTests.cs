using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Collection beside pushes: random graphs, a grace of nothing, sweeps without a pause. What was answered stays whole.</summary>
public class PushStormTests : UpkeepTest
{
    private const int Actors = 4;
    private const int Steps = 30;

    // Few, so that every actor wants what another one's sweep is about to take.
    private static readonly byte[][] Pool = [.. Enumerable.Range(0, 10).Select(i => Encoding.UTF8.GetBytes($"blob {i} " + new string('x', i * 100)))];

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    public async Task Collection_during_a_push_storm_never_deletes_a_needed_blob(ulong seed)
    {
        await using var room = await OpenAsync(TimeSpan.Zero);
        using var over = new CancellationTokenSource();
        var sweeps = Task.Run(() => SweepAsync(room, new Seeded(seed), over.Token));
        var actors = Enumerable.Range(0, Actors).Select(i => new StormActor(room, i, new Seeded((seed * 100) + (ulong)i))).ToList();

        await Task.WhenAll(actors.Select(actor => Task.Run(() => actor.RunAsync(Steps))));
        await over.CancelAsync();
        var swept = await sweeps;

        // What is left is what somebody needs, and all of that.
        await room.CollectAsync(untagged: true);
        foreach (var actor in actors)
            await actor.DemandAllAsync();
        Assert.Empty(await room.Store.ListCandidatesAsync(TimeSpan.Zero, null, 10, default));
        var report = await room.Checker.RunAsync(repair: false, _ => { }, default);
        Assert.Empty(report.Findings);
        Assert.Equal(report.Blobs, report.Objects);
        Assert.True(swept > 0, "no sweep ever took anything: the storm proves nothing");
    }

    private static async Task<long> SweepAsync(UpkeepRoom room, Seeded random, CancellationToken over)
    {
        long swept = 0;
        while (!over.IsCancellationRequested)
            swept += (await room.CollectAsync(untagged: random.OneIn(4))).Blobs;
        return swept;
    }

    /// <summary>Pushes to a repository of its own blobs that all actors share, and remembers what it was told is stored.</summary>
    private sealed class StormActor(UpkeepRoom room, int number, Seeded random)
    {
        private static readonly string[] Tags = ["a", "b", "c"];

        private readonly RepositoryKey _own = room.Repository($"storm/actor{number}");
        private readonly Dictionary<string, Descriptor> _tagged = [];
        private int _count;

        public async Task RunAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                switch (random.Below(8))
                {
                    case 0 when _tagged.Count > 0:
                        await UntagAsync(random.Of([.. _tagged.Keys]));
                        break;
                    case 1 when _tagged.Count > 0:
                        await DeleteAsync(random.Of([.. _tagged.Values]));
                        break;
                    case 2 or 3:
                        await TagAsync(PushIndexAsync);
                        break;
                    default:
                        await TagAsync(PushImageAsync);
                        break;
                }
            }
        }

        public async Task DemandAllAsync()
        {
            foreach (var manifest in _tagged.Values)
                await room.DemandWholeAsync(_own, manifest.Digest);
        }

        private async Task TagAsync(Func<string, Task<Descriptor>> push)
        {
            var tag = random.Of(Tags);
            var pushed = await push(tag);
            _tagged[tag] = pushed;
            await room.DemandWholeAsync(_own, pushed.Digest);
        }

        private async Task<Descriptor> PushImageAsync(string? tag)
        {
            var wanted = Enumerable.Range(0, 1 + random.Below(4)).Select(_ => random.Of(Pool)).Distinct().ToList();
            for (var trust = true; ; trust = false)
            {
                var blobs = new List<Descriptor>();
                foreach (var bytes in wanted)
                    blobs.Add(await BringAsync(bytes, trust));
                try
                {
                    return await room.PushAsync(_own, $"{number}-{_count++}", blobs, tag);
                }
                catch (RegistryException e) when (e.Errors[0].Code == ErrorCode.ManifestBlobUnknown)
                {
                    // Without a grace what was there a moment ago may be gone: that is told, and the client brings it.
                }
            }
        }

        /// <summary>As clients do: look first, mount from a neighbour, else upload.</summary>
        private async Task<Descriptor> BringAsync(byte[] bytes, bool trust)
        {
            var blob = Descriptor.Of(MediaTypes.OctetStream, bytes);
            if (trust && random.OneIn(3) && await IsThereAsync(blob.Digest))
                return blob;
            if (random.OneIn(3) && await room.Content.Blobs.MountAsync(_own, RepositoryName.Parse($"storm/actor{random.Below(Actors)}"), blob.Digest, _ => true, default))
                return blob;
            return await room.UploadAsync(_own, bytes);
        }

        private async Task<bool> IsThereAsync(Digest digest)
        {
            try
            {
                await room.Content.Blobs.FindAsync(_own, digest, default);
                return true;
            }
            catch (RegistryException e) when (e.Errors[0].Code == ErrorCode.BlobUnknown)
            {
                return false;
            }
        }

        /// <summary>An index of images that have no tag: a sweep of garbage may take them before the index is there, and that is told.</summary>
        private async Task<Descriptor> PushIndexAsync(string tag)
        {
            while (true)
            {
                var children = new List<Descriptor> { await PushImageAsync(null), await PushImageAsync(null) };
                try
                {
                    var index = await room.PushIndexAsync(_own, $"{number}-{_count++}", children, random.OneIn(2) ? tag : null);
                    return await room.PushIndexAsync(_own, $"{number}-{_count++}", [index], tag);
                }
                catch (RegistryException e) when (e.Errors[0].Code == ErrorCode.ManifestBlobUnknown)
                {
                }
            }
        }

        private async Task UntagAsync(string tag)
        {
            await room.Store.DeleteTagAsync(_own, Tag.Parse(tag), null, DateTimeOffset.UnixEpoch, default);
            _tagged.Remove(tag);
        }

        private async Task DeleteAsync(Descriptor manifest)
        {
            await room.Content.Manifests.DeleteAsync(_own, manifest.Digest, default);
            foreach (var tag in _tagged.Where(tag => tag.Value.Digest == manifest.Digest).Select(tag => tag.Key).ToList())
                _tagged.Remove(tag);
        }
    }
}
