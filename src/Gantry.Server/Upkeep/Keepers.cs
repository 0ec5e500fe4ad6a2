using Gantry.Protocol.Admin;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;

namespace Gantry.Server.Upkeep;

/// <summary>Says what keeps a blob or a manifest: the way up to a tag, or where that way ends.</summary>
/// <remarks><code>
///   blob ◄── manifest ◄── index ◄── index ◄── tag
///               │
///               └── subject: it is kept as long as the manifest that it refers to is there, so the way goes on from that one
/// </code></remarks>
public sealed class Keepers(IMetadataStore metadata, RegistryLimits limits)
{
    private const int MaxChains = 20;
    private const int MaxDepth = 16;
    private const int MaxSeen = 500;

    public async ValueTask<WhyReport> FindAsync(Digest digest, CancellationToken ct)
    {
        var facts = await metadata.FindBlobFactsAsync(digest, ct);
        var own = await metadata.ListManifestPlacesAsync(digest, MaxChains + 1, ct);
        var users = await metadata.ListBlobUsersAsync(digest, MaxChains + 1, ct);
        var links = await metadata.ListIdleLinksAsync(digest, MaxChains + 1, ct);
        var walk = new Walk();
        foreach (var manifest in own.Concat(users))
            await ClimbAsync(walk, [], manifest, ct);
        var since = facts.Candidate ?? (own.Count > 0 && own.All(manifest => manifest.Candidate is not null) ? own.Max(manifest => manifest.Candidate) : null);
        return new WhyReport
        {
            Digest = digest.ToString(),
            State = facts switch
            {
                { Going: true } => "going",
                { Damaged: not null } => "damaged",
                { Size: null } when own.Count == 0 => "unknown",
                _ => since is null ? "kept" : "candidate",
            },
            Size = facts.Size ?? (own.Count > 0 ? own[0].Size : null),
            Since = since,
            MayGoAt = facts.Candidate + limits.CollectGrace,
            Held = facts.Held,
            Chains = walk.Chains,
            Links = [.. links.Take(MaxChains)],
            More = walk.More || own.Count > MaxChains || users.Count > MaxChains || links.Count > MaxChains,
        };
    }

    private async ValueTask ClimbAsync(Walk walk, IReadOnlyList<string> below, ManifestPlace manifest, CancellationToken ct)
    {
        if (walk.Chains.Count >= MaxChains || below.Count >= MaxDepth || walk.Seen.Count >= MaxSeen)
        {
            walk.More = true;
            return;
        }
        IReadOnlyList<string> chain = [.. below, $"manifest {manifest.Digest} of {manifest.Registry}/{manifest.Repository}"];
        // Indexes that share what they name have as many ways up as there are paths: each manifest's own way is told once.
        if (!walk.Seen.Add(manifest.Row))
        {
            walk.Add([.. chain, "as above"]);
            return;
        }
        var keepers = await metadata.FindKeepersAsync(manifest, MaxChains, ct);
        foreach (var tag in keepers.Tags)
            walk.Add([.. chain, $"tag {tag}"]);
        foreach (var parent in keepers.Parents)
            await ClimbAsync(walk, chain, parent, ct);
        if (keepers.Subject is { } subject)
            await ClimbAsync(walk, [.. chain, "refers to its subject"], subject, ct);
        if (keepers is { Tags.Count: 0, Parents.Count: 0, Subject: null })
            walk.Add([.. chain, "nothing: it goes with \"collect --untagged\""]);
    }

    private sealed class Walk
    {
        public List<IReadOnlyList<string>> Chains { get; } = [];

        /// <summary>Rows of manifests whose way up was begun.</summary>
        public HashSet<long> Seen { get; } = [];

        public bool More { get; set; }

        public void Add(IReadOnlyList<string> chain)
        {
            if (Chains.Count < MaxChains)
                Chains.Add(chain);
            else
                More = true;
        }
    }
}
