namespace Gantry.Server.Http.Distribution;

/// <summary>A path below <c>/v2/</c>, cut into its pieces; nothing is decoded or judged yet.</summary>
internal readonly ref struct DistributionRoute(DistributionResource resource, ReadOnlySpan<char> repository = default, ReadOnlySpan<char> last = default)
{
    public DistributionResource Resource { get; } = resource;

    public ReadOnlySpan<char> Repository { get; } = repository;

    /// <summary>The tag, digest or session id.</summary>
    public ReadOnlySpan<char> Last { get; } = last;

    /// <summary>Cuts a raw path.</summary>
    /// <remarks>
    /// Repository names contain slashes and may contain every word of the grammar, so the path is cut from the right end:
    /// <c>/v2/tags/manifests/blobs/uploads/tags/list</c> is the tag list of <c>tags/manifests/blobs/uploads</c>.
    /// Only literal slashes count: an encoded one belongs to the piece that holds it.
    /// </remarks>
    public static DistributionRoute Match(ReadOnlySpan<char> path)
    {
        if (path is "/v2/" or "/v2")
            return new(DistributionResource.Ping);
        if (!path.StartsWith("/v2/"))
            return default;
        path = path["/v2/".Length..];
        if (path is "_catalog")
            return new(DistributionResource.Catalog);

        // The one path that ends in a slash. Clients that forget it are understood.
        if (path.EndsWith("/blobs/uploads/"))
            path = path[..^1];
        if (!TryCut(ref path, out var last) || !TryCut(ref path, out var noun))
            return default;
        return noun switch
        {
            "manifests" => new(DistributionResource.Manifest, path, last),
            "referrers" => new(DistributionResource.Referrers, path, last),
            "tags" when last is "list" => new(DistributionResource.Tags, path),
            "blobs" when last is "uploads" => new(DistributionResource.UploadStart, path),
            "blobs" => new(DistributionResource.Blob, path, last),
            "uploads" when path.EndsWith("/blobs") => new(DistributionResource.Upload, path[..^"/blobs".Length], last),
            _ => default,
        };
    }

    /// <summary>Takes the last piece off a path that has two at least.</summary>
    private static bool TryCut(scoped ref ReadOnlySpan<char> path, out ReadOnlySpan<char> last)
    {
        var slash = path.LastIndexOf('/');
        last = slash <= 0 ? default : path[(slash + 1)..];
        if (slash > 0)
            path = path[..slash];
        return slash > 0;
    }
}
