using Gantry.Protocol.Naming;

namespace Gantry.Server.Metadata;

/// <summary>A repository of a registry.</summary>
public readonly record struct RepositoryKey(RegistryId Registry, RepositoryName Name);
