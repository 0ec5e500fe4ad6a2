using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Registry;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>Makes acts that fit what the registry has, from a seeded source.</summary>
internal sealed class Acts(RegistryModel model, Seeded chance, CrashClock clock)
{
    public const string Owner = "crash";

    /// <summary>The acts by name. Each fits a registry that has what the template has.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "put", "chunks", "begin", "cancel", "resume", "mount", "image", "index", "referrer", "move tag", "untag",
        "delete manifest", "delete repository", "delete blob", "sweep", "collect", "journal",
    ];

    private readonly UpkeepActs _upkeep = new(model, clock);

    private RegistryState State => model.Certain;

    public Act Any() => Make(chance.Of(Names));

    /// <summary>An act by its name; where the registry has nothing for it to work on, one that brings it something.</summary>
    public Act Make(string name)
    {
        var state = State;
        return name switch
        {
            "put" or "chunks" or "begin" or "cancel" or "resume" or "sweep" or "collect" or "journal" => MakeFitting(name),
            _ when state.Blobs.Count == 0 => Put(),
            "mount" or "image" or "delete blob" => MakeFitting(name),
            _ when state.Tags.Count == 0 => Image(subject: null, [NewTag()]),
            _ => MakeFitting(name),
        };
    }

    private Act MakeFitting(string name) => name switch
    {
        "put" => Put(),
        "chunks" => Chunks(finish: true, drop: false),
        "begin" => Chunks(finish: false, drop: false),
        "cancel" => Chunks(finish: false, drop: true),
        "resume" => Resume(),
        "mount" => Mount(),
        "image" => Image(subject: null, [NewTag(), NewTag()]),
        "index" => Index(),
        "referrer" => Image(AnyManifest(), []),
        "move tag" => MoveTag(),
        "untag" => Untag(),
        "delete manifest" => DeleteManifest(),
        "delete repository" => DeleteRepository(),
        "delete blob" => DeleteBlob(),
        "sweep" => _upkeep.Sweep(),
        "collect" => _upkeep.Collect(),
        "journal" => UpkeepActs.Journal(),
        _ => throw new ArgumentException($"there is no act \"{name}\""),
    };

    public Act Put()
    {
        var (repository, content) = (chance.Of(RegistryModel.Repositories), NewBlob(out var digest));
        return new Act($"put {digest} into {repository}",
            async registry => await registry.Content.Uploads.PutAsync(RegistryModel.KeyOf(registry, repository), Owner, digest, new MemoryStream(content), content.Length, default),
            state => state.Blobs.Add((repository, digest)));
    }

    private Act Chunks(bool finish, bool drop)
    {
        var (repository, content) = (chance.Of(RegistryModel.Repositories), NewBlob(out var digest));
        var cuts = new List<int> { 0, chance.Below(content.Length), finish ? content.Length : chance.Below(content.Length) };
        cuts.Sort();
        return new Act($"upload {digest} in chunks to {repository}{(finish ? "" : drop ? " and cancel" : " and leave it open")}",
            async registry =>
            {
                var key = RegistryModel.KeyOf(registry, repository);
                Guid id;
                await using (var session = await registry.Content.Uploads.StartAsync(key, Owner, DigestAlgorithm.Sha256, default))
                    id = session.Id;
                var open = new OpenSession { Id = id, Repository = repository, Content = content, Accepted = 0, MayBeLost = registry.Disk.HasFailed };
                if (!registry.Disk.IsOff && !drop)
                    model.Sessions.Add(open);
                for (var i = 1; i < cuts.Count; i++)
                {
                    await using var session = await registry.Content.Uploads.ResumeAsync(key, id, Owner, default);
                    await session.AppendAsync(new MemoryStream(content, cuts[i - 1], cuts[i] - cuts[i - 1]), cuts[i] - cuts[i - 1], default);
                    if (!registry.Disk.IsOff)
                        open.Accepted = cuts[i];
                }
                if (!finish && !drop)
                    return;
                await using var last = await registry.Content.Uploads.ResumeAsync(key, id, Owner, default);
                open.MayBeLost = true;
                if (drop)
                    await last.CancelAsync(default);
                else
                    await last.CompleteAsync(digest, default);
                if (!registry.Disk.IsOff)
                    model.Sessions.Remove(open);
            },
            state =>
            {
                if (finish)
                    state.Blobs.Add((repository, digest));
            });
    }

    /// <summary>Goes on with an open upload where the registry says that it stands; starts over where it has lost it.</summary>
    public Act Resume()
    {
        if (model.Sessions.Count == 0)
            return Chunks(finish: true, drop: false);
        var open = chance.Of(model.Sessions);
        var digest = Digest.Of(open.Content);
        return new Act($"resume {digest} in {open.Repository} after {open.Accepted}",
            async registry =>
            {
                var key = RegistryModel.KeyOf(registry, open.Repository);
                // Taken now: whatever comes of it, its next turn is another story.
                var (accepted, mayBeLost) = (open.Accepted, open.MayBeLost || registry.Disk.HasFailed);
                open.MayBeLost = true;
                try
                {
                    await using var session = await registry.Content.Uploads.ResumeAsync(key, open.Id, Owner, default);
                    Assert.True(mayBeLost || session.Length >= accepted, $"of {accepted} bytes that were accepted {session.Length} are there");
                    var rest = open.Content[(int)Math.Min(session.Length, open.Content.Length)..];
                    await session.AppendAsync(new MemoryStream(rest), rest.Length, default);
                    await session.CompleteAsync(digest, default);
                }
                catch (RegistryException) when (mayBeLost && !registry.Disk.IsOff)
                {
                    await registry.Content.Uploads.PutAsync(key, Owner, digest, new MemoryStream(open.Content), open.Content.Length, default);
                }
                if (!registry.Disk.IsOff)
                    model.Sessions.Remove(open);
            },
            state => state.Blobs.Add((open.Repository, digest)));
    }

    private Act Mount()
    {
        var (from, digest) = chance.Of(State.Blobs.ToList());
        var to = RegistryModel.Repositories.First(name => name != from);
        return new Act($"mount {digest} from {from}",
            async registry =>
            {
                if (!await registry.Content.Blobs.MountAsync(RegistryModel.KeyOf(registry, to), RepositoryName.Parse(from), digest, _ => true, default))
                    throw new RegistryException(ErrorCode.BlobUnknown);
            },
            state => state.Blobs.Add((to, digest)));
    }

    public Act Image(Descriptor? subject, IReadOnlyList<string> tags)
    {
        var repository = subject is null ? chance.Of(State.Blobs.Select(blob => blob.Repository).Distinct().ToList()) : State.Manifests.First(manifest => manifest.Digest == subject.Digest).Repository;
        var blobs = State.Blobs.Where(blob => blob.Repository == repository).Select(blob => Descriptor.Of(MediaTypes.OctetStream, model.Blobs[blob.Digest])).ToList();
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = chance.Of(blobs), Layers = [chance.Of(blobs), chance.Of(blobs)], Subject = subject };
        return Push(repository, manifest.ToJson(), manifest, MediaTypes.ImageManifest, tags);
    }

    private Act Index()
    {
        var repository = chance.Of(State.Manifests.Select(manifest => manifest.Repository).Distinct().ToList());
        var children = State.Manifests.Where(manifest => manifest.Repository == repository).Select(manifest => model.Manifests[manifest.Digest].Descriptor).Take(3).ToList();
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = children };
        return Push(repository, index.ToJson(), index, MediaTypes.ImageIndex, [NewTag()]);
    }

    private Act MoveTag()
    {
        var ((repository, tag), _) = chance.Of(State.Tags.ToList());
        // An index whose children were deleted is refused.
        var state = State;
        var digest = chance.Of(state.Manifests.Where(manifest => manifest.Repository == repository
            && model.Manifests[manifest.Digest].Parsed.Manifests.All(child => state.Manifests.Contains((repository, child.Digest)))).ToList()).Digest;
        var (bytes, parsed, descriptor) = model.Manifests[digest];
        return Push(repository, bytes, parsed, descriptor.MediaType, [tag]);
    }

    private Act Push(string repository, byte[] bytes, Manifest parsed, MediaType mediaType, IReadOnlyList<string> tags)
    {
        var descriptor = Descriptor.Of(mediaType, bytes);
        model.Manifests[descriptor.Digest] = (bytes, parsed, descriptor);
        return new Act($"push {descriptor.Digest} to {repository} as {string.Join(',', tags)}",
            async registry => await registry.Content.Pusher.PushAsync(
                new ManifestPush { Repository = RegistryModel.KeyOf(registry, repository), Tags = [.. tags.Select(tag => Tag.Parse(tag))], MediaType = mediaType, Bytes = bytes }, default),
            state =>
            {
                state.Manifests.Add((repository, descriptor.Digest));
                foreach (var tag in tags)
                    state.Tags[(repository, tag)] = descriptor.Digest;
            });
    }

    private Act Untag()
    {
        var (repository, tag) = chance.Of(State.Tags.Keys.ToList());
        return new Act($"untag {repository}:{tag}",
            async registry => await registry.Content.Tags.UntagAsync(RegistryModel.KeyOf(registry, repository), Tag.Parse(tag), null, default),
            state => state.Tags.Remove((repository, tag)));
    }

    private Act DeleteManifest()
    {
        var (repository, digest) = chance.Of(State.Manifests.ToList());
        return new Act($"delete {repository}@{digest}",
            async registry => await registry.Content.Manifests.DeleteAsync(RegistryModel.KeyOf(registry, repository), digest, default),
            state => Forget(state, repository, digest));
    }

    /// <summary>With it goes what refers to it.</summary>
    private void Forget(RegistryState state, string repository, Digest digest)
    {
        if (!state.Manifests.Remove((repository, digest)))
            return;
        foreach (var tag in state.Tags.Where(tag => tag.Key.Repository == repository && tag.Value == digest).ToList())
            state.Tags.Remove(tag.Key);
        foreach (var referrer in state.Manifests.Where(manifest => manifest.Repository == repository && model.Manifests[manifest.Digest].Parsed.Subject?.Digest == digest).ToList())
            Forget(state, repository, referrer.Digest);
    }

    private Act DeleteRepository()
    {
        var repository = chance.Of(State.Manifests.Select(manifest => manifest.Repository).Distinct().ToList());
        return new Act($"delete {repository}",
            async registry => await registry.Content.Repositories.DeleteAsync(RegistryModel.KeyOf(registry, repository), default),
            state =>
            {
                state.Manifests.RemoveWhere(manifest => manifest.Repository == repository);
                state.Blobs.RemoveWhere(blob => blob.Repository == repository);
                foreach (var tag in state.Tags.Keys.Where(tag => tag.Repository == repository).ToList())
                    state.Tags.Remove(tag);
            });
    }

    private Act DeleteBlob()
    {
        var state = State;
        var free = state.Blobs.Where(blob => !state.Manifests.Any(manifest => manifest.Repository == blob.Repository
            && model.Manifests[manifest.Digest].Parsed.Blobs.Any(used => used.Digest == blob.Digest))).ToList();
        if (free.Count == 0)
            return Put();
        var (repository, digest) = chance.Of(free);
        return new Act($"delete blob {repository}@{digest}",
            async registry => await registry.Content.Blobs.DeleteAsync(RegistryModel.KeyOf(registry, repository), digest, default),
            after => after.Blobs.Remove((repository, digest)));
    }

    private Descriptor AnyManifest() => model.Manifests[chance.Of(State.Manifests.ToList()).Digest].Descriptor;

    private string NewTag() => $"t{chance.Below(12)}";

    /// <summary>Mostly small; now and then of several blocks, rarely so large that room is taken ahead.</summary>
    private byte[] NewBlob(out Digest digest)
    {
        var size = chance.Below(60) switch { 0 => 1_100_000, < 4 => 260_000 + chance.Below(10_000), _ => 1 + chance.Below(3000) };
        var content = new byte[size];
        var (step, start) = (1 + chance.Below(250), chance.Below(256));
        for (var i = 0; i < size; i++)
            content[i] = (byte)(start + (i * step) + (i >> 9));
        BitConverter.TryWriteBytes(content, chance.Below(int.MaxValue));
        digest = Digest.Of(content);
        model.Blobs[digest] = content;
        return content;
    }
}
