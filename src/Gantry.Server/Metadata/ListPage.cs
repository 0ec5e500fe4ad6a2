namespace Gantry.Server.Metadata;

/// <summary>A page of a list: what comes after a key, and how many.</summary>
/// <param name="Last">Name or digest of the last entry of the page before, which need not exist any more; null for the first page.</param>
/// <param name="Limit">At most this many entries.</param>
/// <param name="Order">The list's order, equal for all its pages.</param>
/// <param name="LastTime">In time order, the time that the last entry had when it was listed: whatever has become of it since, the list goes on from there.
/// Without it the time is looked up, and a list whose last entry has vanished ends.</param>
public readonly record struct ListPage(string? Last, int Limit, ListOrder Order = ListOrder.Name, DateTimeOffset? LastTime = null);
