using Gantry.Chaos.History;
using Gantry.Chaos.Nodes;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>Gantry's client library. Each of its requests is an operation; the library's own retries are off, so that each try is seen.</summary>
internal sealed class LibraryClient : IChaosClient
{
    /// <summary>So long after its manifest was there a blob is there too: the whole grace, less what the deletion of the manifest may have waited for its commit.</summary>
    public static readonly TimeSpan SurelyThere = Cluster.CollectGrace - TimeSpan.FromSeconds(10);

    /// <summary>So long a blob of which a client was told is there for its manifest.</summary>
    public static readonly TimeSpan SurelyKept = Cluster.CollectGrace / 2;

    /// <summary>A client that takes longer than the registry promises may be told that a blob is missing.</summary>
    private static readonly Answer TooLate = new(false);

    private readonly WireTap _wire = new();
    private readonly RegistryClient _client;
    private readonly Scene _scene;
    private readonly Dice _dice;
    private readonly ImageMaker _maker;
    private readonly Patience _patience;

    public LibraryClient(Scene scene, int number, Dice dice)
    {
        _scene = scene;
        _dice = dice;
        _maker = new ImageMaker(scene.Layers, dice.Split());
        _patience = new Patience(scene.Recorder, number, dice.Split(), Patience.RequestLimit);
        var registry = RegistryName.Parse(scene.Registry);
        _client = new RegistryClient(registry, new RegistryClientOptions
        {
            PlainHttp = true,
            Credentials = new StaticCredential(registry, new Credential { Username = scene.UserName, Password = scene.Password }),
            Retry = new RetryOptions { Retries = 0 },
            Transport = _wire,
        });
    }

    public async Task StepAsync()
    {
        var repository = _dice.Of(_scene.Repositories);
        var tag = _dice.Of(_scene.Tags);
        switch (_dice.Below(100))
        {
            case < 10: await PushAsync(repository, tag, isPassing: false); break;
            case < 15: await PushOverAsync(repository, tag); break;
            case < 26: await RetagAsync(repository, tag); break;
            case < 48: await PullAsync(repository, tag); break;
            case < 62: await PullByDigestAsync(repository, isPassing: _dice.Below(2) == 0); break;
            case < 86: await ResolveAsync(repository, tag); break;
            case < 90: await UntagAsync(repository, tag); break;
            case < 95: await PushAsync(repository, tag, isPassing: true); break;
            default: await DeleteAsync(repository); break;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _wire.Dispose();
    }

    private RemoteRepository At(string repository) => _client.GetRepository(RepositoryName.Parse(repository));

    private async Task PushAsync(string repository, string tag, bool isPassing)
    {
        var begin = _scene.Recorder.Now;
        if (await PushBlobsAsync(repository, isPassing) is not { } image)
            return;
        var digest = image.Descriptor.Digest;
        if (await PutAsync("push manifest", repository, image, tag, begin, _ => Registers.OfPush(repository, tag, digest, CallOutcome.Done), Registers.OfPush(repository, tag, digest, CallOutcome.Unknown)) is { IsDone: true })
            _scene.Catalog.AddPushed(repository, image);
    }

    /// <summary>Moves a tag only from where it was seen.</summary>
    private async Task PushOverAsync(string repository, string tag)
    {
        var begin = _scene.Recorder.Now;
        if (await ResolveAsync(repository, tag) is not { } seen || await PushBlobsAsync(repository, isPassing: false) is not { } image)
            return;
        var digest = image.Descriptor.Digest;
        _wire.Condition = seen.Descriptor is { } current ? ("If-Match", $"\"{current.Digest}\"") : ("If-None-Match", "*");
        var answer = await PutAsync("push manifest on a condition", repository, image, tag, begin, Told, Both(CallOutcome.Unknown));
        _wire.Condition = null;
        if (answer?.IsDone == true)
            _scene.Catalog.AddPushed(repository, image);

        IReadOnlyList<Call> Told(Answer told) => told.IsDone ? Both(CallOutcome.Done) : [Over(CallOutcome.Refused)];
        IReadOnlyList<Call> Both(CallOutcome outcome) => [Over(outcome), Registers.OfManifest(repository, digest, CallKind.Write, outcome)];
        Call Over(CallOutcome outcome) => Registers.OfTag(repository, tag, CallKind.WriteIf, outcome, digest) with { Expected = seen.Descriptor?.Digest.ToString() };
    }

    private async Task RetagAsync(string repository, string tag)
    {
        if (_scene.Catalog.Any(repository, isPassing: false, _dice) is { } image)
            await PutAsync("tag", repository, image, tag, toldSince: null, _ => Registers.OfPush(repository, tag, image.Descriptor.Digest, CallOutcome.Done), Registers.OfPush(repository, tag, image.Descriptor.Digest, CallOutcome.Unknown));
    }

    /// <summary>Everything but the manifest.</summary>
    private async Task<Image?> PushBlobsAsync(string repository, bool isPassing)
    {
        var (image, blobs) = _maker.Make(isPassing);
        _scene.Catalog.Announce(image);
        var target = At(repository);
        foreach (var blob in blobs)
        {
            var stat = await DoAsync("stat blob", async ct => new Answer(await target.ExistsAsync(blob.Descriptor, ct)));
            if (stat is null)
                return null;
            if (!stat.IsDone && await DoAsync("push blob", ct => SendAsync(target, blob, ct)) is null)
                return null;
        }
        return image;

        static async Task<Answer> SendAsync(RemoteRepository target, Layer blob, CancellationToken ct)
        {
            await target.PushBytesAsync(blob.Descriptor, blob.Bytes, ct);
            return Answer.Done;
        }
    }

    /// <param name="kind">For the report.</param>
    /// <param name="repository">Where.</param>
    /// <param name="image">What.</param>
    /// <param name="tag">Its name.</param>
    /// <param name="toldSince">When the registry was first asked for one of its blobs; null where a manifest that nobody deletes names them all.</param>
    /// <param name="told">What an answer says of registers.</param>
    /// <param name="unanswered">What may have happened to them where none came.</param>
    private Task<Answer?> PutAsync(string kind, string repository, Image image, string tag, long? toldSince, Func<Answer, IReadOnlyList<Call>> told, IReadOnlyList<Call> unanswered) =>
        _patience.DoAsync(kind, async ct =>
        {
            try
            {
                await At(repository).PushAsync(image.Descriptor, new MemoryStream(image.Manifest), tag, ct);
                return Answer.Done;
            }
            catch (RegistryException e) when (e.Status == 412 && _wire.Condition is not null)
            {
                return Answer.Refused;
            }
            catch (RegistryException e) when (e.Code == ErrorCode.ManifestBlobUnknown && toldSince is { } since && HasPassed(SurelyKept, since))
            {
                return TooLate;
            }
        }, answer => ReferenceEquals(answer, TooLate) ? [] : told(answer), unanswered, () => _wire.RetryAfter);

    private bool HasPassed(TimeSpan time, long since) => _scene.Recorder.Now - since > time.Ticks;

    private Task<Answer?> ResolveAsync(string repository, string tag) =>
        _patience.DoAsync("resolve tag", async ct => new Answer(true) { Descriptor = Known(await At(repository).ResolveAsync(tag, ct), repository, tag) },
            answer => [Registers.OfTag(repository, tag, CallKind.Read, CallOutcome.Done, answer.Descriptor?.Digest)], [], () => _wire.RetryAfter);

    private async Task PullAsync(string repository, string tag)
    {
        var begin = _scene.Recorder.Now;
        if (await PullManifestAsync(repository, tag) is { } image)
            await PullBlobsAsync(repository, image, begin, _ => true, isOver: false);
    }

    /// <returns>The image that the tag stands for; null for none, or where there was no answer.</returns>
    public async Task<Image?> PullManifestAsync(string repository, string tag)
    {
        var answer = await _patience.DoAsync("pull manifest by tag", async ct => new Answer(true) { Descriptor = Known((await At(repository).FetchManifestAsync(tag, OciLimits.Default, ct))?.Descriptor, repository, tag) },
            told => [Registers.OfTag(repository, tag, CallKind.Read, CallOutcome.Done, told.Descriptor?.Digest)], [], () => _wire.RetryAfter);
        return answer?.Descriptor is { } found ? _scene.Catalog.Find(found.Digest) : null;
    }

    private async Task PullByDigestAsync(string repository, bool isPassing)
    {
        var begin = _scene.Recorder.Now;
        if (_scene.Catalog.Any(repository, isPassing, _dice) is { } image && await PullManifestAsync(repository, image))
            await PullBlobsAsync(repository, image, begin, _ => true, isOver: false);
    }

    /// <returns>Whether the image's manifest is there.</returns>
    public async Task<bool> PullManifestAsync(string repository, Image image)
    {
        var digest = image.Descriptor.Digest;
        var answer = await _patience.DoAsync("pull manifest by digest", async ct => new Answer(await At(repository).FetchManifestAsync(digest.ToString(), OciLimits.Default, ct) is not null),
            told => [Registers.OfManifest(repository, digest, CallKind.Read, CallOutcome.Done, told.IsDone)], [], () => _wire.RetryAfter);
        return answer?.IsDone == true;
    }

    /// <param name="repository">Where.</param>
    /// <param name="image">Whose manifest was just served.</param>
    /// <param name="servedSince">When it was asked for.</param>
    /// <param name="wants">Which blobs.</param>
    /// <param name="isOver">Whether nobody deletes any more.</param>
    public async Task PullBlobsAsync(string repository, Image image, long servedSince, Predicate<Descriptor> wants, bool isOver)
    {
        foreach (var blob in image.Blobs)
        {
            if (!wants(blob))
                continue;
            // Its manifest may be deleted in between, and then its blobs go too, after their grace.
            var answer = await DoAsync("pull blob", ct => ReadAsync(repository, blob, () => image.IsPassing && !isOver && HasPassed(SurelyThere, servedSince), ct));
            if (answer?.IsDone != true)
                return;
        }
    }

    private async Task<Answer> ReadAsync(string repository, Descriptor blob, Func<bool> mayBeGone, CancellationToken ct)
    {
        try
        {
            // The stream ends with an error where size or digest are not the descriptor's.
            await using var stream = await At(repository).FetchAsync(blob, ct);
            await stream.CopyToAsync(Stream.Null, ct);
            return Answer.Done;
        }
        catch (ContentNotFoundException e)
        {
            return mayBeGone() ? Answer.Refused : throw new BrokenPromiseException($"{repository}@{blob.Digest} is gone, although its manifest was just served, or nobody deletes it: {e.Message}");
        }
    }

    private Task<Answer?> UntagAsync(string repository, string tag) =>
        _patience.DoAsync("delete tag", async ct => new Answer(await At(repository).UntagAsync(tag, ct)),
            told => [Registers.OfTag(repository, tag, CallKind.Delete, told.Outcome, null)], [Registers.OfTag(repository, tag, CallKind.Delete, CallOutcome.Unknown, null)], () => _wire.RetryAfter);

    private async Task DeleteAsync(string repository)
    {
        if (_scene.Catalog.Any(repository, isPassing: true, _dice) is not { } image)
            return;
        await _patience.DoAsync("delete manifest", async ct => new Answer(await At(repository).DeleteAsync(image.Descriptor, ct)), told => Calls(told.Outcome), Calls(CallOutcome.Unknown), () => _wire.RetryAfter);

        // It takes every tag that names it; which ones nobody says.
        IReadOnlyList<Call> Calls(CallOutcome outcome) =>
        [
            Registers.OfManifest(repository, image.Descriptor.Digest, CallKind.Delete, outcome, isThere: false),
            .. _scene.Tags.Select(tag => Registers.OfTag(repository, tag, CallKind.Clear, outcome, image.Descriptor.Digest)),
        ];
    }

    private Task<Answer?> DoAsync(string kind, Func<CancellationToken, Task<Answer>> send) =>
        _patience.DoAsync(kind, send, _ => [], [], () => _wire.RetryAfter);

    private Descriptor? Known(Descriptor? found, string repository, string tag)
    {
        if (found is not null && _scene.Catalog.Find(found.Digest) is null)
            _scene.Recorder.AddViolation($"{repository}:{tag} stands for {found.Digest}, which nobody pushed");
        return found;
    }
}
