using System.Net;
using Gantry.Server.Metadata;

namespace Gantry.Server.Defence;

/// <summary>Counts wrong sign-ins by address, by a name from an address, and far above that by name alone. The answer to a wrong one too many is to wait; a right one is never counted, and never asked here.</summary>
/// <remarks>
/// By name alone a few would be enough for anybody to lock out whoever's name they know; many addresses that guess together are stopped by it still.
/// A name has its account whether somebody bears it or not, so that the answer tells nothing of who there is.
/// </remarks>
public sealed class SignInAttempts : ISignInBackOff
{
    /// <summary>How many times as many a name may fail from all addresses together as from one.</summary>
    public const int NameFactor = 20;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly BucketTable? _addresses;
    private readonly BucketTable? _namesFromAddresses;
    private readonly BucketTable? _names;

    public SignInAttempts(DefenceOptions options, TimeProvider time)
    {
        if (options.FailuresPerAddress > 0)
            _addresses = new BucketTable(new BucketRate(options.FailuresPerAddress, Period, time), time);
        if (options.FailuresPerName > 0)
        {
            _namesFromAddresses = new BucketTable(new BucketRate(options.FailuresPerName, Period, time), time);
            _names = new BucketTable(new BucketRate(options.FailuresPerName * NameFactor, Period, time), time);
        }
    }

    /// <summary>Counts a wrong sign-in.</summary>
    /// <returns>How long the next one has to wait, where this was one too many; else zero.</returns>
    public TimeSpan Failed(RegistryId registry, string? name, IPAddress? address)
    {
        var byAddress = _addresses?.Take(BucketKey.Of(address)).Wait ?? TimeSpan.Zero;
        if (name is null || _names is null)
            return byAddress;
        var byBoth = _namesFromAddresses!.Take(KeyOf(registry, name, address)).Wait;
        // An address that must wait for this name anyway says nothing more against it.
        var byName = byBoth > TimeSpan.Zero ? TimeSpan.Zero : _names.Take(BucketKey.Of(registry, name)).Wait;
        return Longest(byAddress, byBoth, byName);
    }

    public TimeSpan WaitOf(RegistryId registry, string? name, IPAddress? address)
    {
        var byAddress = _addresses?.Look(BucketKey.Of(address)).Wait ?? TimeSpan.Zero;
        return name is null || _names is null
            ? byAddress
            : Longest(byAddress, _namesFromAddresses!.Look(KeyOf(registry, name, address)).Wait, _names.Look(BucketKey.Of(registry, name)).Wait);
    }

    private static BucketKey KeyOf(RegistryId registry, string name, IPAddress? address) =>
        new(BucketKey.Of(registry, name).Value ^ BucketKey.Of(address).Value);

    private static TimeSpan Longest(TimeSpan one, TimeSpan other, TimeSpan third)
    {
        var longer = one > other ? one : other;
        return longer > third ? longer : third;
    }
}
