using System.Collections.Concurrent;
using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Content;

/// <summary>A memory store that counts what is asked of it, refuses manifests before their parts as a registry does, and fails where it is told.</summary>
public class WatchedStore : ITarget
{
    private readonly MemoryStore _inner = new();
    private int _active;

    public ConcurrentDictionary<Digest, int> Fetches { get; } = new();

    public ConcurrentDictionary<Digest, int> Pushes { get; } = new();

    public ConcurrentDictionary<Digest, int> Questions { get; } = new();

    public int MostAtOnce { get; private set; }

    public int Active => _active;

    /// <summary>Content that is said to exist and is not there: what a registry's own cleanup may leave.</summary>
    public HashSet<Digest> Lost { get; } = [];

    public Func<Descriptor, Exception?>? FailFetch { get; init; }

    public Func<Descriptor, Exception?>? FailPush { get; init; }

    /// <summary>Makes pushes wait, so that they overlap.</summary>
    public bool Slow { get; init; }

    public async ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default)
    {
        Questions.AddOrUpdate(target.Digest, 1, (_, count) => count + 1);
        return Lost.Contains(target.Digest) || await _inner.ExistsAsync(target, ct);
    }

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default)
    {
        Fetches.AddOrUpdate(target.Digest, 1, (_, count) => count + 1);
        return FailFetch?.Invoke(target) is { } failure ? throw failure : _inner.FetchAsync(target, ct);
    }

    public async ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _active));
        try
        {
            if (Slow)
                await Task.Delay(1, ct);
            if (FailPush?.Invoke(expected) is { } failure)
                throw failure;
            using var buffer = new MemoryStream();
            await content.CopyToAsync(buffer, ct);
            if (expected.MediaType.IsManifest)
                await RefuseIncompleteAsync(expected, buffer.ToArray());
            buffer.Position = 0;
            await _inner.PushAsync(expected, buffer, ct);
            Pushes.AddOrUpdate(expected.Digest, 1, (_, count) => count + 1);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }

    private async ValueTask RefuseIncompleteAsync(Descriptor expected, byte[] bytes)
    {
        foreach (var child in Manifest.Parse(bytes, expected.MediaType, OciLimits.Default).Successors)
        {
            if (!child.MediaType.IsNonDistributable && !await _inner.ExistsAsync(child))
                throw new RegistryException(ErrorCode.ManifestBlobUnknown, child.Digest.ToString());
        }
    }

    public ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default) => _inner.ResolveAsync(reference, ct);

    public ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default) => _inner.TagAsync(manifest, reference, ct);
}

/// <summary>With a registry's abilities: naming while pushing, and mounting.</summary>
public sealed class WatchedRegistry : WatchedStore, IReferencePusher, IBlobMounter
{
    public List<string> PushedAs { get; } = [];

    public required Func<Descriptor, bool> CanMount { get; init; }

    public async ValueTask PushAsync(Descriptor expected, Stream content, string reference, CancellationToken ct = default)
    {
        await PushAsync(expected, content, ct);
        await TagAsync(expected, reference, ct);
        PushedAs.Add(reference);
    }

    public async ValueTask<bool> MountAsync(Descriptor blob, RepositoryName from, CancellationToken ct = default)
    {
        if (!CanMount(blob))
            return false;
        await PushAsync(blob, new MemoryStream(Graphs.ContentOf(blob)), ct);
        return true;
    }
}
