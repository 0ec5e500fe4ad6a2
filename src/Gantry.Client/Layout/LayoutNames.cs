using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>Which repositories and tags the entries of a layout mean.</summary>
/// <remarks>Docker writes the full name beside a tag (<c>io.containerd.image.name</c>), others write it in place of one; most layouts have a tag alone.</remarks>
public static class LayoutNames
{
    /// <summary>The entries by repository, those without one last. What bears a name that is none is told and kept without it.</summary>
    public static IReadOnlyList<StoredRepository> Group(IContentSource content, IEnumerable<Descriptor> entries, Action<StoreFinding> tell)
    {
        var found = new List<(RepositoryName? Repository, Tag? Tag, Descriptor Manifest)>();
        foreach (var entry in entries)
        {
            if (!entry.MediaType.IsManifest)
            {
                tell(new StoreFinding(entry.Digest.ToString(), $"of the type {Printable.Of(entry.MediaType.ToString())}, which is left out", IsDamage: false));
                continue;
            }
            var bare = entry with { Annotations = null };
            var text = entry.Annotations?.GetValueOrDefault(Annotations.ImageName) ?? entry.Annotations?.GetValueOrDefault(Annotations.RefName);
            if (text is null)
                found.Add((null, null, bare));
            else if (TryParse(text, out var repository, out var tag))
                found.Add((repository, tag, bare));
            else
            {
                tell(new StoreFinding(Printable.Of(text), "neither a tag nor an image's name; its manifest is taken without it", IsDamage: true));
                found.Add((null, null, bare));
            }
        }
        return
        [
            .. from entry in found
               group entry by entry.Repository into repository
               orderby repository.Key is null, repository.Key.ToString()
               select new StoredRepository(repository.Key, content,
                   [.. repository.GroupBy(entry => entry.Manifest.Digest).Select(same => new StoredManifest(same.First().Manifest, [.. same.Select(entry => entry.Tag).OfType<Tag>().Distinct()]))]),
        ];
    }

    /// <summary>Reads <c>tag</c>, <c>path/name[:tag]</c> or <c>host[:port]/path/name[:tag][@digest]</c>. A host has a dot or a port, or is localhost, as docker tells them.</summary>
    public static bool TryParse(string text, out RepositoryName? repository, out Tag? tag)
    {
        (repository, tag) = (null, null);
        if (!text.Contains('/', StringComparison.Ordinal) && Tag.TryParse(text, out var alone))
        {
            tag = alone;
            return true;
        }
        var rest = text.AsSpan();
        if (rest.IndexOf('/') is > 0 and var slash && (rest[..slash].ContainsAny('.', ':') || rest[..slash] is "localhost"))
        {
            if (!RegistryName.TryParse(rest[..slash], out _))
                return false;
            rest = rest[(slash + 1)..];
        }
        if (rest.LastIndexOf('@') is >= 0 and var at)
        {
            if (!Digest.TryParse(rest[(at + 1)..].ToString(), out _))
                return false;
            rest = rest[..at];
        }
        if (rest.LastIndexOf(':') is >= 0 and var colon)
        {
            if (!Tag.TryParse(rest[(colon + 1)..], out var named))
                return false;
            tag = named;
            rest = rest[..colon];
        }
        if (!RepositoryName.TryParse(rest, out var name))
            return false;
        repository = name;
        return true;
    }
}
