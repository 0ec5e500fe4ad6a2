namespace Gantry.Server.Metadata.Sqlite;

/// <summary>The clauses that cut a page out of an index: where it begins, and its order. Never an offset, which would read what it skips.</summary>
/// <remarks>They use parameters ?3 (time or name), ?4 (name, in time order) and the last one (limit), after registry and repository.</remarks>
internal static class KeysetPage
{
    /// <summary>Where a list begins in time order when nothing came before.</summary>
    public static long FirstTime(ListOrder order) => order is ListOrder.TimeAscending ? long.MinValue : long.MaxValue;

    public static string Clause(ListOrder order, string updated, string key) => order switch
    {
        ListOrder.Name => $"and {key} > ?3 order by {key} limit ?4",
        ListOrder.TimeAscending => $"and {updated} >= ?3 and ({updated} > ?3 or {key} > ?4) order by {updated}, {key} limit ?5",
        _ => $"and {updated} <= ?3 and ({updated} < ?3 or {key} > ?4) order by {updated} desc, {key} limit ?5",
    };
}
