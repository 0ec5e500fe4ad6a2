using Gantry.Build.Execution;

namespace Gantry.Build.Sources;

public sealed class AddressFetcher(bool allowPrivate, TimeProvider time) : IAddressFetcher
{
    public ValueTask<FetchedFile> FetchAsync(Uri address, string folder, CancellationToken ct) => throw new NotImplementedException($"{allowPrivate}{time}");
}
