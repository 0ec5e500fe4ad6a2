using System.Globalization;
using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Which page of a list a request asks for: <c>n</c>, <c>last</c> and ACR's <c>orderby</c>.</summary>
internal readonly record struct PageQuery
{
    private PageQuery(int size, string? last, string orderBy, ListOrder order)
    {
        Size = size;
        Last = last;
        OrderBy = orderBy;
        Order = order;
    }

    /// <summary>Entries on the page, within the registry's bounds. None is a legal wish.</summary>
    public int Size { get; }

    public string? Last { get; }

    public ListOrder Order { get; }

    private string OrderBy { get; }

    /// <summary>The page and one entry more, which tells whether another page follows.</summary>
    public ListPage WithNext => new(Last, Size == 0 ? 0 : Size + 1, Order);

    /// <summary>The page alone.</summary>
    public ListPage Exact => new(Last, Size, Order);

    /// <exception cref="RegistryException">The number or the order is none.</exception>
    public static PageQuery Read(HttpRequest request, RegistryLimits limits)
    {
        var query = request.Query;
        var orderBy = query["orderby"].ToString();
        return new PageQuery(ReadSize(query["n"].ToString(), limits), ReadLast(query["last"].ToString()), orderBy, ReadOrder(orderBy));
    }

    /// <summary>The link to the next page: relative, and with every parameter again, for clients replace the query by it.</summary>
    /// <param name="path">The list's path, encoded.</param>
    /// <param name="last">The page's last entry.</param>
    /// <param name="more">Other parameters, encoded, each begun with <c>&amp;</c>.</param>
    public string NextLink(string path, string last, string more = "")
    {
        var url = new StringBuilder(path);
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

    private static string? ReadLast(string text)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new RegistryException(ErrorCode.RequestInvalid, "invalid last: no name has such characters");
        return text.Length == 0 ? null : text;
    }

    private static ListOrder ReadOrder(string text) => text switch
    {
        "" or "none" => ListOrder.Name,
        "timeasc" => ListOrder.TimeAscending,
        "timedesc" => ListOrder.TimeDescending,
        _ => throw new RegistryException(ErrorCode.RequestInvalid, $"invalid orderby \"{Printable.Of(text)}\": it is timeasc, timedesc or none"),
    };
}
