namespace Gantry.Server.Metadata.Sql;

/// <summary>The clauses that cut a page out of an index: where it begins, and its order. Never an offset, which would read what it skips.</summary>
/// <remarks>They use parameters ?3 (time or name), ?4 (name, in time order) and the last one (limit), after registry and repository.</remarks>
internal static class KeysetPage
{
    /// <summary>The time after which a page in time order begins; null where that is not known any more, and so nothing follows.</summary>
    /// <param name="page">The page. Its first one begins before every time there is.</param>
    /// <param name="find">Looks up the time of the entry that the page names, where it does not say it.</param>
    public static long? Since(ListPage page, Func<string, long?> find)
    {
        if (page.Last is not { } last)
            return page.Order is ListOrder.TimeAscending ? long.MinValue : long.MaxValue;
        return page.LastTime is { } time ? Columns.Of(time) : find(last);
    }

    public static string Clause(ListOrder order, string updated, string key) => order switch
    {
        ListOrder.Name => $"and {key} > ?3 order by {key} limit ?4",
        ListOrder.TimeAscending => $"and {updated} >= ?3 and ({updated} > ?3 or {key} > ?4) order by {updated}, {key} limit ?5",
        _ => $"and {updated} <= ?3 and ({updated} < ?3 or {key} > ?4) order by {updated} desc, {key} limit ?5",
    };
}
