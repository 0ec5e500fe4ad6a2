using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>One copy of one graph.</summary>
/// <remarks><code>
///   node ──(1) claimed once──► (2) target has it? ──yes──► nothing below is touched
///                                    │ no
///             blob: (3) mount, else move bytes        manifest: (4) read, (5) children, all at once, (6) push
/// </code>
/// A slot is held for each of these steps and never while waiting for children: a graph deeper than there are slots cannot starve itself.
/// A manifest names its children by their hash and is verified before it is followed, so no cycle can be met.
/// </remarks>
internal sealed class CopyRun(ManifestCache source, IContentStore target, CopyOptions options) : IDisposable
{
    /// <summary>Indexes within indexes. Real graphs have two levels.</summary>
    private const int MaxDepth = 32;

    /// <summary>Nodes in all, so that a small hostile index cannot unfold without end.</summary>
    private const int MaxNodes = 500_000;

    private readonly SemaphoreSlim _slots = new(Math.Max(1, options.Concurrency));
    private readonly ConcurrentDictionary<(Digest, bool IsManifest), Transfer> _nodes = new();
    private readonly ConcurrentDictionary<(Digest, string Title), Lazy<Task>> _titles = new();
    private Exception? _failure;
    private bool _rootNamed;

    /// <summary>Copies everything below and then the root, under <paramref name="reference"/> where the target can do both at once.</summary>
    /// <returns>Whether the root already goes by the reference.</returns>
    public async ValueTask<bool> CopyAsync(Descriptor root, string? reference, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            await CopyOnceAsync(new Node(root, 0, reference), stop).ConfigureAwait(false);
        }
        catch (Exception) when (_failure is not null && !ct.IsCancellationRequested)
        {
            // Whoever awaited first may have seen only a cancellation; the cause is what failed first.
            ExceptionDispatchInfo.Throw(_failure);
        }
        return _rootNamed;
    }

    /// <summary>Names the root that was copied. A registry gets the manifest again under the tag, which saves fetching it back from there.</summary>
    public async ValueTask<bool> NameAsync(Descriptor root, string reference, CancellationToken ct)
    {
        if (target is IReferencePusher pusher && root.MediaType.IsManifest)
        {
            using var content = new MemoryStream(await source.FetchManifestAsync(root, ct).ConfigureAwait(false), writable: false);
            await pusher.PushAsync(root, content, reference, ct).ConfigureAwait(false);
        }
        else
        {
            await ((ITarget)target).TagAsync(root, reference, ct).ConfigureAwait(false);
        }
        return true;
    }

    private sealed record Node(Descriptor Descriptor, int Depth, string? Reference);

    private sealed record Transfer(string? Title, Lazy<Task> Work);

    // (1) Parents that share a child wait for one transfer. The same bytes as blob and as manifest are two contents to a registry.
    private async Task CopyOnceAsync(Node node, CancellationTokenSource stop)
    {
        var descriptor = node.Descriptor;
        var key = (descriptor.Digest, descriptor.MediaType.IsManifest);
        var first = _nodes.GetOrAdd(key, new Transfer(descriptor.Title, new Lazy<Task>(() => Task.Run(() => GuardedAsync(node, stop)))));
        if (_nodes.Count > MaxNodes)
            throw new OciFormatException($"the graph has more than {MaxNodes} nodes");

        if (target is not IContentRestorer restorer || descriptor.Title is not { } title)
        {
            await first.Work.Value.ConfigureAwait(false);
            return;
        }
        // The transfer writes its own title, whichever of several that bear it asked first.
        var named = _titles.GetOrAdd((descriptor.Digest, title), new Lazy<Task>(() => first.Title == title ? first.Work.Value : AgainAsync(first.Work.Value)));
        await named.Value.ConfigureAwait(false);

        async Task AgainAsync(Task transfer)
        {
            await transfer.ConfigureAwait(false);
            await AttemptAsync(descriptor, () => RestoreAsync(restorer, descriptor, stop.Token), stop).ConfigureAwait(false);
        }
    }

    private Task GuardedAsync(Node node, CancellationTokenSource stop) =>
        AttemptAsync(node.Descriptor, () => node.Descriptor.MediaType.IsManifest ? CopyManifestAsync(node, stop) : CopyBlobAsync(node.Descriptor, stop.Token), stop);

    /// <summary>Records the first failure and stops the rest; a failure that a child recorded passes through.</summary>
    private async Task AttemptAsync(Descriptor node, Func<Task> work, CancellationTokenSource stop)
    {
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (!stop.IsCancellationRequested && Interlocked.CompareExchange(ref _failure, e, null) is null)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                Tell(node, CopyStage.Failed);
            }
            throw;
        }
    }

    private async Task CopyBlobAsync(Descriptor blob, CancellationToken ct)
    {
        if (blob.MediaType.IsNonDistributable)
        {
            Tell(blob, CopyStage.Skipped);
            return;
        }
        using var slot = await TakeSlotAsync(ct).ConfigureAwait(false);

        // (2)
        if (await AtTargetAsync(blob, () => target.ExistsAsync(blob, ct), ct).ConfigureAwait(false))
        {
            Tell(blob, CopyStage.Exists, blob.Size);
            return;
        }

        // (3)
        if (options.MountFrom is { } from && target is IBlobMounter mounter
            && await AtTargetAsync(blob, () => mounter.MountAsync(blob, from, ct), ct).ConfigureAwait(false))
        {
            Tell(blob, CopyStage.Mounted);
            return;
        }
        await MoveAsync(blob, CopyStage.Done, ct).ConfigureAwait(false);
    }

    private async Task CopyManifestAsync(Node node, CancellationTokenSource stop)
    {
        var ct = stop.Token;
        var manifest = node.Descriptor;
        IReadOnlyList<Descriptor> children;
        using (await TakeSlotAsync(ct).ConfigureAwait(false))
        {
            // (2)
            if (await AtTargetAsync(manifest, () => target.ExistsAsync(manifest, ct), ct).ConfigureAwait(false))
            {
                // Where it is pushed once more under its name, it is not left alone.
                if (node.Reference is null || target is not IReferencePusher)
                    Tell(manifest, CopyStage.Exists, manifest.Size);
                return;
            }

            // (4)
            Tell(manifest, CopyStage.Fetching);
            children = await AtSourceAsync(manifest, () => ReadChildrenAsync(manifest, ct), ct).ConfigureAwait(false);
            Tell(manifest, CopyStage.Processing);
        }

        // (5) No slot is held here.
        if (children.Count > 0 && node.Depth >= MaxDepth)
            throw new CopyException(CopySide.Source, manifest, new OciFormatException($"the graph is deeper than {MaxDepth} levels"));
        await Task.WhenAll(children.Select(child => CopyOnceAsync(new Node(child, node.Depth + 1, null), stop))).ConfigureAwait(false);

        // (6) Only now may it exist: whoever sees it finds everything that it names.
        using (await TakeSlotAsync(ct).ConfigureAwait(false))
            await PushManifestAsync(node, children, ct).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<Descriptor>> ReadChildrenAsync(Descriptor descriptor, CancellationToken ct)
    {
        var bytes = await source.FetchManifestAsync(descriptor, ct).ConfigureAwait(false);
        var manifest = Manifest.Parse(bytes, descriptor.MediaType, options.Limits);
        var successors = options.IncludeSubject && manifest.Subject is { } subject ? manifest.Successors.Prepend(subject) : manifest.Successors;
        var children = new List<Descriptor>();
        foreach (var child in successors)
        {
            if (options.Follow?.Invoke(descriptor, child) == false)
                Tell(child, CopyStage.Skipped);
            else
                children.Add(child);
        }
        return children;
    }

    /// <summary>Pushes a manifest whose children are there. A registry that lost one of them says so, and gets each once more: its own cleanup may have run while we copied.</summary>
    private async ValueTask PushManifestAsync(Node node, IReadOnlyList<Descriptor> children, CancellationToken ct)
    {
        var manifest = node.Descriptor;
        Tell(manifest, CopyStage.Started);
        try
        {
            await PushBytesAsync(node, ct).ConfigureAwait(false);
        }
        catch (CopyException e) when (e.InnerException is RegistryException { Code: { } code } && code.Text == ErrorCode.ManifestBlobUnknown.Text && children.Count > 0)
        {
            foreach (var child in children.Where(child => !child.MediaType.IsNonDistributable))
                await RepairAsync(child, node.Depth + 1, ct).ConfigureAwait(false);
            await PushBytesAsync(node, ct).ConfigureAwait(false);
        }
        Tell(manifest, CopyStage.Done, manifest.Size);
    }

    private async ValueTask RepairAsync(Descriptor child, int depth, CancellationToken ct)
    {
        if (!child.MediaType.IsManifest)
        {
            await MoveAsync(child, CopyStage.Done, ct).ConfigureAwait(false);
            return;
        }
        if (depth >= MaxDepth)
            throw new CopyException(CopySide.Source, child, new OciFormatException($"the graph is deeper than {MaxDepth} levels"));
        var below = await AtSourceAsync(child, () => ReadChildrenAsync(child, ct), ct).ConfigureAwait(false);
        await PushManifestAsync(new Node(child, depth, null), below, ct).ConfigureAwait(false);
    }

    private async ValueTask PushBytesAsync(Node node, CancellationToken ct)
    {
        var manifest = node.Descriptor;
        var bytes = await AtSourceAsync(manifest, () => source.FetchManifestAsync(manifest, ct), ct).ConfigureAwait(false);
        await AtTargetAsync(manifest, async () =>
        {
            using var content = new MemoryStream(bytes, writable: false);
            if (node.Reference is { } reference && target is IReferencePusher pusher)
            {
                await pusher.PushAsync(manifest, content, reference, ct).ConfigureAwait(false);
                _rootNamed = true;
            }
            else
            {
                await target.PushAsync(manifest, content, ct).ConfigureAwait(false);
            }
            return true;
        }, ct).ConfigureAwait(false);
    }

    private async Task RestoreAsync(IContentRestorer restorer, Descriptor titled, CancellationToken ct)
    {
        using var slot = await TakeSlotAsync(ct).ConfigureAwait(false);
        if (await AtTargetAsync(titled, () => restorer.RestoreAsync(titled, ct), ct).ConfigureAwait(false))
            Tell(titled, CopyStage.Restored, titled.Size);
        else
            await MoveAsync(titled, CopyStage.Restored, ct).ConfigureAwait(false);
    }

    private async Task MoveAsync(Descriptor blob, CopyStage done, CancellationToken ct)
    {
        if (done == CopyStage.Done)
            Tell(blob, CopyStage.Started);
        var stream = await AtSourceAsync(blob, () => source.FetchAsync(blob, ct), ct).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var content = new ProgressStream(stream, options.OnEvent is null ? null : bytes => Tell(blob, CopyStage.Progress, bytes));
        try
        {
            await target.PushAsync(blob, content, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw content.ReadFailure is { } failure ? new CopyException(CopySide.Source, blob, failure) : new CopyException(CopySide.Destination, blob, e);
        }
        Tell(blob, done, blob.Size);
    }

    private static ValueTask<T> AtSourceAsync<T>(Descriptor node, Func<ValueTask<T>> work, CancellationToken ct) => AtAsync(CopySide.Source, node, work, ct);

    private static ValueTask<T> AtTargetAsync<T>(Descriptor node, Func<ValueTask<T>> work, CancellationToken ct) => AtAsync(CopySide.Destination, node, work, ct);

    private static async ValueTask<T> AtAsync<T>(CopySide side, Descriptor node, Func<ValueTask<T>> work, CancellationToken ct)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            // A cancellation that nobody here asked for is a timeout inside the target.
            throw new CopyException(side, node, e);
        }
    }

    private async ValueTask<Slot> TakeSlotAsync(CancellationToken ct)
    {
        await _slots.WaitAsync(ct).ConfigureAwait(false);
        return new Slot(_slots);
    }

    private void Tell(Descriptor node, CopyStage stage, long bytes = 0) => options.OnEvent?.Invoke(new CopyEvent(node, stage, bytes));

    public void Dispose() => _slots.Dispose();

    private readonly struct Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
