using Gantry.Client.Content;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Execution;

/// <summary>A source that is a repository of the registry that the image goes to, so that its blobs need not move.</summary>
public interface IMountSource : IContentSource
{
    /// <summary>The repository; null where it is of another registry.</summary>
    RepositoryName? Repository { get; }
}
