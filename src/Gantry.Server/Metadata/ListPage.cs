namespace Gantry.Server.Metadata;

/// <summary>A page of a list: what comes after a key, and how many.</summary>
/// <param name="Last">Name or digest of the last entry of the page before, which need not exist any more; null for the first page. In time order a vanished entry starts over from the beginning.</param>
/// <param name="Limit">At most this many entries.</param>
/// <param name="Order">The list's order, equal for all its pages.</param>
public readonly record struct ListPage(string? Last, int Limit, ListOrder Order = ListOrder.Name);
