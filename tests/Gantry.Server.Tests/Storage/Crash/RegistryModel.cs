using System.IO.Pipelines;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Archive;
using Gantry.Server.Metadata;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What a registry must have: everything that was answered, and of what was not, each all or nothing.</summary>
internal sealed class RegistryModel
{
    public static readonly IReadOnlyList<string> Repositories = ["crash/one", "crash/two"];

    private readonly List<(Act Act, bool Answered)> _since = [];
    private RegistryState _known = new();

    /// <summary>Bytes of everything that was ever sent.</summary>
    public Dictionary<Digest, byte[]> Blobs { get; private init; } = [];

    public Dictionary<Digest, (byte[] Bytes, Manifest Parsed, Descriptor Descriptor)> Manifests { get; private init; } = [];

    public List<OpenSession> Sessions { get; } = [];

    /// <summary>What there is if nothing unanswered was done.</summary>
    public RegistryState Certain => Result(unanswered: 0);

    /// <summary>Whether something has no answer yet: then a refusal may be right.</summary>
    public bool IsUncertain => _since.Exists(entry => !entry.Answered);

    public RegistryModel Copy() => new() { _known = Certain, Blobs = new(Blobs), Manifests = new(Manifests) };

    public void Add(Act act, bool answered) => _since.Add((act, answered));

    /// <summary>Checks a registry that was just opened, or lives with a fault.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="settle">Whether what it has now is what must stay: not while an unanswered act may still come to light.</param>
    public async Task CheckAsync(CrashRegistry registry, bool settle)
    {
        var found = await ObserveAsync(registry);
        var unanswered = _since.Count(entry => !entry.Answered);
        var matching = Enumerable.Range(0, 1 << unanswered).Select(Result).FirstOrDefault(found.Same);
        Assert.True(matching is not null, $"what was answered is not what is there:\n{RegistryState.Differences(Certain, found)}");
        await CheckContentAsync(registry, found);
        if (!settle)
            return;
        _known = found;
        _since.Clear();
    }

    /// <summary>What SQLite itself finds wrong with the database.</summary>
    public static async Task CheckDatabaseAsync(CrashRegistry registry)
    {
        Assert.Equal("ok", await registry.Metadata.ReadAsync(db => db.First("pragma integrity_check", row => row.GetString(0)), default));
        Assert.Empty(await registry.Metadata.ReadAsync(db => db.All("pragma foreign_key_check", row => row.GetString(0)), default));
    }

    /// <summary>Whether a database made anew from the journal, which was just written, would have the same manifests and tags.</summary>
    public async Task CheckJournalAsync(CrashRegistry registry)
    {
        var line = (await registry.Metadata.ReadJournalAsync(1, 1, default)).Line;
        var files = (await JournalFile.ListAsync(registry.Driver, default)).FindAll(file => file.Line == line);
        var told = await JournalState.ReadAsync(registry.Driver, files, default);
        Assert.Empty(told.Damages);
        var (found, expected) = (new RegistryState(), await ObserveAsync(registry));
        foreach (var ((_, name), repository) in told.Repositories)
        {
            found.Manifests.UnionWith(repository.Manifests.Keys.Select(digest => (name.ToString(), digest)));
            foreach (var (tag, named) in repository.Tags)
                found.Tags[(name.ToString(), tag.ToString())] = named.Digest;
        }
        expected.Blobs.Clear();
        Assert.True(expected.Same(found), $"the journal tells of something else:\n{RegistryState.Differences(expected, found)}");
    }

    /// <summary>The state after the acts in order, of the unanswered those whose bit is set.</summary>
    private RegistryState Result(int unanswered)
    {
        var state = _known.Copy();
        foreach (var (act, answered) in _since)
        {
            if (answered || (unanswered & 1) != 0)
                act.Apply(state);
            if (!answered)
                unanswered >>= 1;
        }
        return state;
    }

    private async Task<RegistryState> ObserveAsync(CrashRegistry registry)
    {
        var state = new RegistryState();
        foreach (var name in Repositories)
        {
            var key = KeyOf(registry, name);
            foreach (var tag in await registry.Metadata.ListTagsAsync(key, null, new ListPage(null, 1000), default))
                state.Tags[(name, tag.Tag.ToString())] = tag.Digest;
            foreach (var manifest in await registry.Metadata.ListManifestsAsync(key, new ListPage(null, 1000), default))
                state.Manifests.Add((name, manifest.Descriptor.Digest));
            foreach (var digest in Blobs.Keys)
            {
                if (await registry.Metadata.FindBlobAsync(key, digest, default) is not null)
                    state.Blobs.Add((name, digest));
            }
        }
        return state;
    }

    /// <summary>No name leads to missing or wrong bytes.</summary>
    private async Task CheckContentAsync(CrashRegistry registry, RegistryState state)
    {
        var read = new HashSet<Digest>();
        foreach (var (name, digest) in state.Blobs)
        {
            var served = await registry.Content.Blobs.FindAsync(KeyOf(registry, name), digest, default);
            if (!read.Add(digest))
                continue;
            using var bytes = new MemoryStream();
            var output = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
            var written = await registry.Content.Blobs.CopyToAsync(served, ByteRange.All, output, default);
            await output.CompleteAsync();
            Assert.True(written == served.Size, $"blob {digest} of {name} has {written} bytes on the disk and {served.Size} by its name");
            Assert.True(Blobs[digest].AsSpan().SequenceEqual(bytes.ToArray()), $"blob {digest} of {name} has wrong bytes");
        }
        foreach (var (name, digest) in state.Manifests)
        {
            var served = await registry.Content.Manifests.FetchAsync(KeyOf(registry, name), digest, default);
            Assert.True(Manifests[digest].Bytes.AsSpan().SequenceEqual(served.Bytes.Span), $"manifest {digest} of {name} has wrong bytes");
            foreach (var blob in Manifests[digest].Parsed.Blobs)
                Assert.True(state.Blobs.Contains((name, blob.Digest)), $"manifest {digest} of {name} names blob {blob.Digest}, which is not there");
        }
        foreach (var ((name, tag), digest) in state.Tags)
            Assert.Equal(digest, (await registry.Content.Manifests.FetchAsync(KeyOf(registry, name), Tag.Parse(tag), default)).Digest);
    }

    public static RepositoryKey KeyOf(CrashRegistry registry, string name) => new(registry.Registry, RepositoryName.Parse(name));
}
