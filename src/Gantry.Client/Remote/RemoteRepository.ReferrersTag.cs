using System.Net;
using System.Net.Http.Headers;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>The list of referrers that clients keep under a tag where the registry keeps none (distribution-spec, "Referrers Tag Schema").</summary>
/// <remarks><code>
///   (1) read the list ──tag absent: empty │ no index: somebody else's, refuse──► (2) entry as wanted? ──yes──► done
///        ▲                                                                        │no
///        │                                                    (3) still entries, or a new one: write the list, if it is still the one of (1)
///        │                                                    (4) no entries left: delete the list │ refused: write an empty one
///        └───── changed meanwhile, or deleted, or (5) it names what is gone ◄─────┘
/// </code>
/// The condition in (3) is <c>If-Match</c> with the registry's own ETag, or <c>If-None-Match: *</c> for a new list, and no registry must heed it;
/// one that does loses no entry between programs either. The deletion in (4) is of a digest, so it never takes a list that somebody else wrote.
/// A registry that refuses the condition though the list is the same has not understood it, and is written to without.
/// </remarks>
public sealed partial class RemoteRepository
{
    /// <summary>Other programs that change the same list this often, each time between our read and our write, are not outwaited.</summary>
    private const int MaxListTries = 20;

    /// <summary>The algorithm is cut at 32 characters and the hash at 64, so that every digest has a tag; those we know hold no character that a tag may not.</summary>
    private static string ListTag(Descriptor subject)
    {
        var algorithm = subject.Digest.Algorithm.Name;
        var hex = subject.Digest.Hex;
        return $"{algorithm[..Math.Min(algorithm.Length, 32)]}-{hex[..Math.Min(hex.Length, 64)]}";
    }

    private async ValueTask<ReferrersList> FetchListAsync(Descriptor subject, CancellationToken ct)
    {
        var (content, entityTag) = await FetchTaggedAsync(ListTag(subject), Client.Options.Limits, ct).ConfigureAwait(false);
        var index = content is { Descriptor.MediaType.IsIndex: true } ? content.Parse() as ImageIndex : null;
        return new ReferrersList(content?.Descriptor, index, entityTag);
    }

    private ValueTask AddToListAsync(Descriptor subject, Descriptor pushed, Manifest manifest, CancellationToken ct) =>
        ChangeListAsync(subject, pushed.Bare() with { ArtifactType = manifest.EffectiveArtifactType, Annotations = manifest.Annotations }, isAdded: true, ct);

    private ValueTask RemoveFromListAsync(Descriptor subject, Descriptor referrer, CancellationToken ct) => ChangeListAsync(subject, referrer, isAdded: false, ct);

    /// <exception cref="OciFormatException">The tag names something that is no list of referrers; it stays as it is.</exception>
    private async ValueTask ChangeListAsync(Descriptor subject, Descriptor referrer, bool isAdded, CancellationToken ct)
    {
        await Client.Referrers.Gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            ReferrersList? refused = null;
            var (mayDelete, isPruned) = (true, false);
            for (var tries = 1; ; tries++)
            {
                // (1)
                var list = await FetchListAsync(subject, ct).ConfigureAwait(false);
                if (list is { Descriptor: not null, Index: null })
                    throw new OciFormatException($"{Client.Registry}/{Name}:{ListTag(subject)} should list the referrers of {subject.Digest}, and is no index");
                // (2)
                var entries = list.Index?.Entries ?? [];
                if (entries.Any(entry => entry.Digest == referrer.Digest) == isAdded)
                    return;
                IReadOnlyList<Descriptor> others = [.. entries.Where(entry => entry.Digest != referrer.Digest)];
                if (isPruned)
                    others = await ExistingAsync(others, ct).ConfigureAwait(false);
                IReadOnlyList<Descriptor> changed = isAdded ? [.. others, referrer] : others;
                if (changed.Count == 0 && mayDelete)
                {
                    // (4)
                    mayDelete = false;
                    await TryDeleteListAsync(list.Descriptor!, ct).ConfigureAwait(false);
                    continue;
                }
                // (3)
                var isHeeded = refused is null || refused.Descriptor?.Digest != list.Descriptor?.Digest;
                try
                {
                    if (await TryPutListAsync(subject, list, changed, isHeeded, tries, ct).ConfigureAwait(false))
                        return;
                    refused = list;
                }
                catch (RegistryException e) when (e.Code == ErrorCode.ManifestBlobUnknown && !isPruned)
                {
                    // (5) Somebody deleted a referrer and left its entry: with it nobody could ever write the list again.
                    isPruned = true;
                }
            }
        }
        finally
        {
            Client.Referrers.Gate.Release();
        }
    }

    private async ValueTask<IReadOnlyList<Descriptor>> ExistingAsync(IReadOnlyList<Descriptor> entries, CancellationToken ct)
    {
        List<Descriptor> existing = [];
        foreach (var entry in entries)
        {
            if (await ExistsAsync(entry, ct).ConfigureAwait(false))
                existing.Add(entry);
        }
        return existing;
    }

    /// <summary>Many registries delete nothing, or not for everybody; an empty list does as well.</summary>
    private async ValueTask TryDeleteListAsync(Descriptor list, CancellationToken ct)
    {
        try
        {
            await DeletePathAsync(PathOf(list), ct).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            // The next round writes the empty list.
        }
    }

    /// <returns>Whether it was written; no where somebody else changed the list since it was read.</returns>
    private async ValueTask<bool> TryPutListAsync(
        Descriptor subject, ReferrersList read, IReadOnlyList<Descriptor> entries, bool isConditional, int tries, CancellationToken ct)
    {
        // What else is in the document is not ours to drop.
        var bytes = ((read.Index ?? new ImageIndex { Entries = [] }) with { MediaType = MediaTypes.ImageIndex, Entries = entries }).ToJson();
        var manifest = Descriptor.Of(MediaTypes.ImageIndex, bytes);
        using var request = PutRequest(manifest, bytes, ListTag(subject));
        if (isConditional && read.Descriptor is null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        // A weak tag never matches here (RFC 9110, 13.1.1).
        else if (isConditional && EntityTagHeaderValue.TryParse(read.EntityTag, out var entityTag) && !entityTag.IsWeak)
            request.Headers.IfMatch.Add(entityTag);
        var wasConditional = request.Headers.IfMatch.Count + request.Headers.IfNoneMatch.Count > 0;
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.PreconditionFailed && wasConditional && tries < MaxListTries)
            return false;
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        ExpectDigest(response, manifest.Digest);
        return true;
    }

    /// <summary>What is under the tag: nothing, something that is no index, or an index; and the registry's ETag for it.</summary>
    private sealed record ReferrersList(Descriptor? Descriptor, ImageIndex? Index, string? EntityTag);
}
