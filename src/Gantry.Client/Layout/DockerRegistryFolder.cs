using System.Text.Json;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>The folder that docker-registry (distribution) keeps its content in. It is only read.</summary>
/// <remarks><code>
///   docker/registry/v2/
///     blobs/ALGORITHM/XX/HEX/data                                bytes of manifests and blobs
///     repositories/NAME/
///       _manifests/revisions/ALGORITHM/HEX/link                  a manifest of the repository: the digest once more
///       _manifests/tags/TAG/current/link                         the digest that a tag names
///       _layers/ALGORITHM/HEX/link                               a blob of the repository
/// </code>
/// A name may have folders of further names below it; what begins with an underscore is no name.
/// A file that lies, climbs, links or is damaged is told, and the rest goes on.
/// </remarks>
public sealed class DockerRegistryFolder
{
    private const string Repositories = "repositories";

    private readonly StoreFiles _files;

    private DockerRegistryFolder(StoreFiles files) => _files = files;

    /// <summary>Opens the store in a folder, whichever level of its path is given; null where there is none.</summary>
    public static DockerRegistryFolder? Find(string folder)
    {
        foreach (var below in (ReadOnlySpan<string>)["docker/registry/v2", "registry/v2", "v2", ""])
        {
            var root = Path.Combine(Path.GetFullPath(folder), below);
            if (Directory.Exists(Path.Combine(root, Repositories)) && Directory.Exists(Path.Combine(root, "blobs")))
                return new DockerRegistryFolder(new StoreFiles(root));
        }
        return null;
    }

    /// <summary>Every repository with its manifests, in the order of their names.</summary>
    /// <param name="wanted">Which repositories; the others are not looked into.</param>
    /// <param name="tell">Told of what cannot be taken along.</param>
    /// <param name="ct">Cancels.</param>
    public async IAsyncEnumerable<StoredRepository> ListAsync(
        Func<RepositoryName, bool> wanted, Action<StoreFinding> tell, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        var open = new Stack<string>();
        open.Push("");
        while (open.TryPop(out var path))
        {
            ct.ThrowIfCancellationRequested();
            var folder = path.Length == 0 ? Repositories : $"{Repositories}/{path}";
            foreach (var child in _files.Folders(folder, tell).Where(name => !name.StartsWith('_')).Reverse())
            {
                var name = path.Length == 0 ? child : $"{path}/{child}";
                if (RepositoryName.TryParse(name, out _))
                    open.Push(name);
                else
                    tell(new StoreFinding($"{Repositories}/{Printable.Of(name)}", "no name of a repository", IsDamage: true));
            }
            if (RepositoryName.TryParse(path, out var repository) && _files.HasFolder($"{folder}/_manifests") && wanted(repository))
                yield return await ReadAsync(repository, tell, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask<StoredRepository> ReadAsync(RepositoryName name, Action<StoreFinding> tell, CancellationToken ct)
    {
        var content = new DockerRepositoryContent(_files, $"{Repositories}/{name}");
        var manifests = new Dictionary<Digest, Descriptor>();
        foreach (var (digest, place) in ListRevisions(content, tell))
        {
            ct.ThrowIfCancellationRequested();
            if (await GuardAsync(place, tell, () => DescribeAsync(content, digest, place, tell, ct)).ConfigureAwait(false) is { } found)
                manifests.Add(digest, found);
        }
        var tags = ListTags(content, manifests, tell).ToLookup(pair => pair.Digest, pair => pair.Tag);
        var stored = manifests.Values.OrderBy(manifest => manifest.Digest.ToString(), StringComparer.Ordinal).Select(manifest => new StoredManifest(manifest, [.. tags[manifest.Digest]]));
        return new StoredRepository(name, content, [.. stored]);
    }

    private IEnumerable<(Digest Digest, string Place)> ListRevisions(DockerRepositoryContent content, Action<StoreFinding> tell)
    {
        foreach (var algorithm in _files.Folders(content.Revisions, tell))
        {
            foreach (var hex in _files.Folders($"{content.Revisions}/{algorithm}", tell))
            {
                var place = $"{content.Revisions}/{Printable.Of(algorithm)}/{Printable.Of(hex)}";
                if (!Digest.TryParse($"{algorithm}:{hex}", out var digest))
                    tell(new StoreFinding(place, "no digest", IsDamage: true));
                else
                    yield return (digest, place);
            }
        }
    }

    /// <summary>Null for a revision that was deleted, which keeps its folder, and for one that is left out.</summary>
    private async ValueTask<Descriptor?> DescribeAsync(DockerRepositoryContent content, Digest digest, string place, Action<StoreFinding> tell, CancellationToken ct)
    {
        if (!content.HasManifest(digest))
            return null;
        var bytes = await content.ReadManifestAsync(digest, ct).ConfigureAwait(false);
        // The digest of a signed one is not that of its bytes: it is known before it is verified.
        if (IsSchema1(bytes))
        {
            tell(new StoreFinding(place, "an image of Docker's schema 1, which is left out", IsDamage: false));
            return null;
        }
        var actual = Digest.Of(digest.Algorithm, bytes);
        if (actual != digest)
            throw new ContentMismatchException(digest, actual);
        var type = ManifestTypes.Recognize(bytes) ?? throw new OciFormatException("its bytes are no manifest");
        return new Descriptor { MediaType = type, Digest = digest, Size = bytes.Length };
    }

    private IEnumerable<(Digest Digest, Tag Tag)> ListTags(DockerRepositoryContent content, Dictionary<Digest, Descriptor> manifests, Action<StoreFinding> tell)
    {
        foreach (var name in _files.Folders(content.Tags, tell))
        {
            var place = $"{content.Tags}/{Printable.Of(name)}";
            if (!Tag.TryParse(name, out var tag))
            {
                tell(new StoreFinding(place, "no tag", IsDamage: true));
                continue;
            }
            Digest? named = null;
            try
            {
                named = _files.ReadLink($"{content.Tags}/{name}/current/link");
            }
            catch (Exception e) when (e is OciFormatException or IOException or UnauthorizedAccessException)
            {
                tell(new StoreFinding(place, e.Message, IsDamage: true));
            }
            if (named is not { } digest)
                continue;
            if (manifests.ContainsKey(digest))
                yield return (digest, tag);
            else
                tell(new StoreFinding(place, $"names {digest}, which cannot be taken along", IsDamage: content.IsLost(digest)));
        }
    }

    private static async ValueTask<T?> GuardAsync<T>(string place, Action<StoreFinding> tell, Func<ValueTask<T?>> work)
        where T : class
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OciFormatException or ContentMismatchException or ContentNotFoundException or IOException or UnauthorizedAccessException)
        {
            tell(new StoreFinding(place, e.Message, IsDamage: true));
            return null;
        }
    }

    private static bool IsSchema1(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = OciLimits.Default.JsonDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("schemaVersion", out var version)
                && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 1;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
