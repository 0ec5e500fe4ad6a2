namespace Gantry.Server.Http.Acr;

/// <summary>A path below <c>/acr/v1/</c>, cut into its pieces; nothing is decoded or judged yet.</summary>
internal readonly ref struct AcrRoute(AcrResource resource, ReadOnlySpan<char> repository = default, ReadOnlySpan<char> last = default)
{
    private const string Root = "/acr/v1/";

    public AcrResource Resource { get; } = resource;

    public ReadOnlySpan<char> Repository { get; } = repository;

    /// <summary>The tag or digest.</summary>
    public ReadOnlySpan<char> Last { get; } = last;

    /// <summary>Cuts a raw path from the right end. The nouns begin with an underscore, which no part of a repository's name does.</summary>
    public static AcrRoute Match(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith(Root))
            return default;
        path = path[Root.Length..];
        if (path is "_catalog")
            return new(AcrResource.Catalog);

        var slash = path.LastIndexOf('/');
        var last = path[(slash + 1)..];
        if (slash > 0)
        {
            var before = path[..slash];
            if (last is "_tags")
                return new(AcrResource.Tags, before);
            if (last is "_manifests")
                return new(AcrResource.Manifests, before);
            if (before.EndsWith("/_tags"))
                return new(AcrResource.Tag, before[..^"/_tags".Length], last);
            if (before.EndsWith("/_manifests"))
                return new(AcrResource.Manifest, before[..^"/_manifests".Length], last);
        }
        // Parts of the API that are not offered (_deleted, _metadata, _streaming) are no repositories either.
        return path.IsEmpty || path[0] == '_' || path.Contains("/_", StringComparison.Ordinal) ? default : new(AcrResource.Repository, path);
    }
}
