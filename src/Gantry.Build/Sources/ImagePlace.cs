using Gantry.Client.Remote;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Sources;

/// <summary>One place where an image may be.</summary>
/// <param name="Repository">The repository there.</param>
/// <param name="Mirror">The mirror's name; null for the registry itself.</param>
internal sealed record ImagePlace(RemoteRepository Repository, RegistryName? Mirror);
