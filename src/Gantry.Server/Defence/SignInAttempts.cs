using System.Net;
using Gantry.Server.Metadata;

namespace Gantry.Server.Defence;

/// <summary>Counts wrong sign-ins by address and by name. The answer to a wrong one too many is to wait; a right one is never counted, and never asked here.</summary>
/// <remarks>A name has its account whether somebody bears it or not, so that the answer tells nothing of who there is.</remarks>
public sealed class SignInAttempts : ISignInBackOff
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly BucketTable? _addresses;
    private readonly BucketTable? _names;

    public SignInAttempts(DefenceOptions options, TimeProvider time)
    {
        if (options.FailuresPerAddress > 0)
            _addresses = new BucketTable(new BucketRate(options.FailuresPerAddress, Period, time), time);
        if (options.FailuresPerName > 0)
            _names = new BucketTable(new BucketRate(options.FailuresPerName, Period, time), time);
    }

    /// <summary>Counts a wrong sign-in.</summary>
    /// <returns>How long the next one has to wait, where this was one too many; else zero.</returns>
    public TimeSpan Failed(RegistryId registry, string? name, IPAddress? address)
    {
        var byAddress = _addresses?.Take(BucketKey.Of(address)).Wait ?? TimeSpan.Zero;
        var byName = name is null ? TimeSpan.Zero : _names?.Take(BucketKey.Of(registry, name)).Wait ?? TimeSpan.Zero;
        return byAddress > byName ? byAddress : byName;
    }

    public TimeSpan WaitOf(RegistryId registry, string? name, IPAddress? address)
    {
        var byAddress = _addresses?.Look(BucketKey.Of(address)).Wait ?? TimeSpan.Zero;
        var byName = name is null ? TimeSpan.Zero : _names?.Look(BucketKey.Of(registry, name)).Wait ?? TimeSpan.Zero;
        return byAddress > byName ? byAddress : byName;
    }
}
