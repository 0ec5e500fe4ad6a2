using System.Net;
using Gantry.Server.Metadata;

namespace Gantry.Server.Defence;

/// <summary>Counts requests of each kind: of a registry's callers together first, then of the one who asks.</summary>
/// <remarks>Of a registry's sign-ins callers without credentials get half at most: else one of them, who needs nothing for it, would keep everybody else from signing in.
/// Each kind has its buckets for itself, as in ACR. A kind without a limit has none, and costs a look at a null.</remarks>
public sealed class RateLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Buckets?[] _kinds = new Buckets?[Enum.GetValues<RateClass>().Length];
    private readonly bool _anonymousByAddress;

    public RateLimits(DefenceOptions options, TimeProvider time)
    {
        _anonymousByAddress = options.AnonymousByAddress;
        foreach (var kind in Enum.GetValues<RateClass>())
        {
            if (options.Of(kind) is { IsOff: false } quota)
                _kinds[(int)kind] = new Buckets(Table(quota.Registry, time), Table(quota.Identity, time), kind == RateClass.Token && quota.Registry > 0 ? Table(Math.Max(1, quota.Registry / 2), time) : null);
        }
    }

    /// <summary>Counts a request, unless it comes too early.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="registry">The registry that was asked.</param>
    /// <param name="identity">Who asks; null for nobody.</param>
    /// <param name="address">Where from.</param>
    public RateVerdict Take(RateClass kind, RegistryId registry, string? identity, IPAddress? address)
    {
        if (_kinds[(int)kind] is not { } buckets)
            return RateVerdict.Unlimited;
        var strangers = identity is null ? buckets.Strangers : null;
        if (strangers?.Take(BucketKey.Of(registry)) is { IsAllowed: false } late)
            return late;
        var verdict = Take(buckets, registry, identity, address);
        if (!verdict.IsAllowed)
            strangers?.Return(BucketKey.Of(registry));
        return verdict;
    }

    private RateVerdict Take(Buckets buckets, RegistryId registry, string? identity, IPAddress? address)
    {
        var shared = buckets.Registry?.Take(BucketKey.Of(registry)) ?? RateVerdict.Unlimited;
        if (!shared.IsAllowed || buckets.Identity is null)
            return shared;
        var own = buckets.Identity.Take(identity is null && _anonymousByAddress ? BucketKey.Of(address).In(registry) : BucketKey.Of(registry, identity ?? ""));
        if (own.IsAllowed)
            return own.Remaining < shared.Remaining ? own : shared;
        // Whoever is refused takes nothing from the others.
        buckets.Registry?.Return(BucketKey.Of(registry));
        return own;
    }

    private static BucketTable? Table(long count, TimeProvider time) => count == 0 ? null : new BucketTable(new BucketRate(count, Period, time), time);

    private sealed record Buckets(BucketTable? Registry, BucketTable? Identity, BucketTable? Strangers);
}
