using System.Collections.Concurrent;
using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote;

/// <summary>Where the registry lists referrers itself, as far as its answers told; and whose turn it is to change a list where it does not.</summary>
/// <remarks>By repository, because one address may stand before several registries.</remarks>
internal sealed class ReferrersMemory : IDisposable
{
    /// <summary>A client that walks a whole catalog meets many repositories; what was learnt is then learnt anew.</summary>
    private const int MaxRepositories = 4096;

    private readonly ConcurrentDictionary<RepositoryName, bool> _supported = new();

    /// <summary>One at a time changes a list under a tag: each change reads, then writes.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Whether the registry has the referrers API for this repository; null where no answer told yet.</summary>
    public bool? IsSupported(RepositoryName repository) => _supported.TryGetValue(repository, out var supported) ? supported : null;

    public void Learn(RepositoryName repository, bool isSupported)
    {
        if (_supported.Count >= MaxRepositories)
            _supported.Clear();
        _supported[repository] = isSupported;
    }

    public void Dispose() => Gate.Dispose();
}
