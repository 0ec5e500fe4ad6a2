using Gantry.Build.Context;
using Gantry.Build.Layers;

namespace Gantry.Build.Sources;

/// <summary>Brings a build's context here.</summary>
internal sealed class ContextOpening(RegistryAccess registries, string folder, Action<string> log, TarLimits limits)
{
    public ValueTask<ContextFiles> OpenAsync(ContextSource source, CancellationToken ct) => throw new NotImplementedException($"{limits}{folder}{log}{registries}");
}
