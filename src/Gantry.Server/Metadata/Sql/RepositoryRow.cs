using Gantry.Protocol.Acr;

namespace Gantry.Server.Metadata.Sql;

/// <summary>A repository's row as the other nouns need it, whether or not anybody is shown the repository yet.</summary>
internal sealed record RepositoryRow(long Id, ChangeableAttributes Locks, long ManifestCount);
