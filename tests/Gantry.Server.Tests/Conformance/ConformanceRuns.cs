using System.Collections.Concurrent;

namespace Gantry.Server.Tests.Conformance;

/// <summary>The walks of a test class: each setting's is done when its first name is asked for.</summary>
public sealed class ConformanceRuns
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ConformanceLog>>> _runs = new(StringComparer.Ordinal);

    internal Task<ConformanceLog> OfAsync(string setting) =>
        _runs.GetOrAdd(setting, name => new Lazy<Task<ConformanceLog>>(() => ConformanceWalk.RunAsync(ConformanceSetting.Parse(name)))).Value;
}
