using Gantry.Client.Content;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Execution;

/// <summary>A source that is a repository: where the image goes to the same registry, its blobs need not move.</summary>
public interface IMountSource : IContentSource
{
    RegistryName Registry { get; }

    RepositoryName Repository { get; }
}
