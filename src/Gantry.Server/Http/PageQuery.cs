using System.Globalization;
using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Which page of a list a request asks for: <c>n</c>, <c>last</c> and ACR's <c>orderby</c>.</summary>
/// <remarks>In time order a link names the last entry as <c>TICKS~NAME</c>: its time may be another by the next request, or it may be gone.
/// A bare name, as a client may make up itself, is looked up.</remarks>
internal readonly record struct PageQuery
{
    // No name, tag or digest has it.
    private const char TimeEnd = '~';

    private PageQuery(int size, (string? Name, DateTimeOffset? Time) last, string orderBy, ListOrder order)
    {
        Size = size;
        (Last, LastTime) = last;
        OrderBy = orderBy;
        Order = order;
    }

    /// <summary>Entries on the page, within the registry's bounds. None is a legal wish.</summary>
    public int Size { get; }

    public string? Last { get; }

    /// <summary>In time order, when the last entry had changed as it was listed.</summary>
    public DateTimeOffset? LastTime { get; }

    public ListOrder Order { get; }

    private string OrderBy { get; }

    /// <summary>The page and one entry more, which tells whether another page follows.</summary>
    public ListPage WithNext => new(Last, Size == 0 ? 0 : Size + 1, Order, LastTime);

    /// <summary>The page alone.</summary>
    public ListPage Exact => new(Last, Size, Order, LastTime);

    /// <exception cref="RegistryException">The number or the order is none.</exception>
    public static PageQuery Read(HttpRequest request, RegistryLimits limits)
    {
        var query = request.Query;
        var orderBy = query["orderby"].ToString();
        var order = ReadOrder(orderBy);
        return new PageQuery(ReadSize(query["n"].ToString(), limits), ReadLast(query["last"].ToString(), order), orderBy, order);
    }

    /// <summary>The link to the next page: relative, and with every parameter again, for clients replace the query by it.</summary>
    /// <param name="path">The list's path, encoded.</param>
    /// <param name="last">The page's last entry.</param>
    /// <param name="updated">When that entry changed last; null for a list that has no order of time.</param>
    /// <param name="more">Other parameters, encoded, each begun with <c>&amp;</c>.</param>
    public string NextLink(string path, string last, DateTimeOffset? updated = null, string more = "")
    {
        var url = new StringBuilder(path);
        if (Order is not ListOrder.Name && updated is { } time)
            last = $"{time.UtcTicks.ToString(CultureInfo.InvariantCulture)}{TimeEnd}{last}";
        url.Append("?last=").Append(Uri.EscapeDataString(last)).Append("&n=").Append(Size).Append(more);
        // The real service always writes it, and az reads it back.
        url.Append("&orderby=").Append(Uri.EscapeDataString(OrderBy));
        return LinkHeader.Next(url.ToString());
    }

    private static int ReadSize(string text, RegistryLimits limits)
    {
        if (text.Length == 0)
            return limits.DefaultPageSize;
        if (text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new RegistryException(ErrorCode.PaginationNumberInvalid, $"invalid number of results requested: \"{Printable.Of(text)}\"");
        // More digits than a number holds still mean "as many as you give" (CVE-2023-2253: the wish alone must not cost memory).
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, limits.MaxPageSize) : limits.MaxPageSize;
    }

    private static (string? Name, DateTimeOffset? Time) ReadLast(string text, ListOrder order)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new RegistryException(ErrorCode.RequestInvalid, "invalid last: no name has such characters");
        if (text.Length == 0)
            return (null, null);
        if (order is ListOrder.Name || text.IndexOf(TimeEnd, StringComparison.Ordinal) is not (>= 0 and var end))
            return (text, null);
        if (!long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.UtcTicks)
            throw new RegistryException(ErrorCode.RequestInvalid, "invalid last: no time stands before the \"~\"");
        return (text[(end + 1)..], new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private static ListOrder ReadOrder(string text) => text switch
    {
        "" or "none" => ListOrder.Name,
        "timeasc" => ListOrder.TimeAscending,
        "timedesc" => ListOrder.TimeDescending,
        _ => throw new RegistryException(ErrorCode.RequestInvalid, $"invalid orderby \"{Printable.Of(text)}\": it is timeasc, timedesc or none"),
    };
}
