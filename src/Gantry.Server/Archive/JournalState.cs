using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Archive;

/// <summary>What a journal says that there is: a snapshot and the changes after it, applied in the order of their numbers.</summary>
/// <remarks>Bytes of manifests stay where they are, in the journal's files; here is only their place.</remarks>
internal sealed class JournalState
{
    public Dictionary<(string Registry, RepositoryName Name), Repository> Repositories { get; } = [];

    /// <summary>The last change that was applied; -1 before any.</summary>
    public long Applied { get; private set; } = -1;

    /// <summary>When the newest change was.</summary>
    public DateTimeOffset Newest { get; private set; }

    /// <summary>Numbers that no file has.</summary>
    public List<(long First, long Last)> Gaps { get; } = [];

    public List<string> Damages { get; } = [];

    /// <summary>Reads a line's files: the newest snapshot that is whole, then everything after it.</summary>
    public static async ValueTask<JournalState> ReadAsync(IBlobDriver driver, IReadOnlyList<JournalFile> files, CancellationToken ct)
    {
        var state = new JournalState();
        foreach (var snapshot in files.Where(file => file.IsSnapshot).OrderByDescending(file => file.Last))
        {
            var tried = new JournalState();
            if (await tried.TakeAsync(driver, snapshot, ct))
            {
                tried.Damages.AddRange(state.Damages);
                tried.Applied = snapshot.Last;
                state = tried;
                break;
            }
            state.Damages.Add($"{snapshot.Path} is damaged");
        }
        if (state.Applied < 0)
            state.Damages.Add("the journal has no whole snapshot: what was there before its first change is missing");
        foreach (var segment in files.Where(file => !file.IsSnapshot).OrderBy(file => file.First).ThenBy(file => file.Last))
        {
            if (segment.Last <= state.Applied)
                continue;
            if (!await state.TakeAsync(driver, segment, ct))
                state.Damages.Add($"{segment.Path} is damaged: it was read up to where it is whole");
        }
        return state;
    }

    /// <returns>Whether the file is whole.</returns>
    private async ValueTask<bool> TakeAsync(IBlobDriver driver, JournalFile file, CancellationToken ct)
    {
        await using var content = await driver.OpenReadAsync(file.Path, Protocol.Distribution.ByteRange.All, ct);
        if (content is null)
            return false;
        var reader = new JournalReader(content);
        await foreach (var (record, at) in reader.ReadAsync(ct))
        {
            if (file.IsSnapshot)
                Apply(record, file.Path, at);
            else if (record.Sequence > Applied)
            {
                if (record.Sequence > Applied + 1 && !(Applied < 0 && record.Sequence == 1))
                    Gaps.Add((Math.Max(1, Applied + 1), record.Sequence - 1));
                Apply(record, file.Path, at);
                Applied = record.Sequence;
            }
        }
        return reader.IsWhole;
    }

    private void Apply(JournalRecord record, BlobPath file, long at)
    {
        if (record.Time > Newest)
            Newest = record.Time;
        var key = (record.Registry, record.Repository);
        if (!Repositories.TryGetValue(key, out var repository))
            Repositories.Add(key, repository = new Repository());
        switch (record)
        {
            case { Kind: JournalKind.Manifest, Digest: { } digest, MediaType: { } type, Bytes.IsEmpty: false }:
                repository.Manifests[digest] = new Manifest(type, record.Time, file, at, record.Bytes.Length) { Locks = record.Locks };
                break;
            case { Kind: JournalKind.ManifestGone, Digest: { } digest }:
                repository.Manifests.Remove(digest);
                foreach (var (tag, _) in repository.Tags.Where(tag => tag.Value.Digest == digest).ToList())
                    repository.Tags.Remove(tag);
                break;
            case { Kind: JournalKind.Tag, Tag: { } tag, Digest: { } digest }:
                // A tag that moves keeps its locks; a snapshot's records say them.
                var kept = repository.Tags.TryGetValue(tag, out var before) && record.Locks == ChangeableAttributes.Unlocked ? before.Locks : record.Locks;
                repository.Tags[tag] = new Named(digest, record.Time, kept);
                break;
            case { Kind: JournalKind.TagGone, Tag: { } tag }:
                repository.Tags.Remove(tag);
                break;
            case { Kind: JournalKind.RepositoryLocks }:
                repository.Locks = record.Locks;
                break;
            case { Kind: JournalKind.ManifestLocks, Digest: { } digest } when repository.Manifests.TryGetValue(digest, out var manifest):
                repository.Manifests[digest] = manifest with { Locks = record.Locks };
                break;
            case { Kind: JournalKind.TagLocks, Tag: { } tag } when repository.Tags.TryGetValue(tag, out var named):
                repository.Tags[tag] = named with { Locks = record.Locks };
                break;
            default:
                break;
        }
        // With its last manifest a repository vanishes, its locks too.
        if (record.Kind == JournalKind.RepositoryGone || (record.Kind == JournalKind.ManifestGone && repository.Manifests.Count == 0))
            Repositories.Remove(key);
    }

    internal sealed class Repository
    {
        public Dictionary<Digest, Manifest> Manifests { get; } = [];

        public Dictionary<Tag, Named> Tags { get; } = [];

        public ChangeableAttributes Locks { get; set; } = ChangeableAttributes.Unlocked;
    }

    internal sealed record Manifest(MediaType Type, DateTimeOffset Time, BlobPath File, long At, int Length)
    {
        public ChangeableAttributes Locks { get; init; } = ChangeableAttributes.Unlocked;
    }

    internal sealed record Named(Digest Digest, DateTimeOffset Time, ChangeableAttributes Locks);
}
