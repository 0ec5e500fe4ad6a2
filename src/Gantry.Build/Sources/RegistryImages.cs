using Gantry.Build.Execution;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

internal sealed class RegistryImages(RegistryAccess registries, Action<string> log) : IImageSource
{
    public ValueTask<ResolvedImage> ResolveAsync(string reference, Platform platform, CancellationToken ct) => throw new NotImplementedException($"{log}{registries}");
}
