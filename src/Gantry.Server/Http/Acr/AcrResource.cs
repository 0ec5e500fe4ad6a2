namespace Gantry.Server.Http.Acr;

/// <summary>What a path below <c>/acr/v1/</c> names.</summary>
internal enum AcrResource
{
    None,
    Catalog,
    Repository,
    Tags,
    Tag,
    Manifests,
    Manifest,
}
