using System.Globalization;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Gantry.Server.Http.Runs;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Server.Runs;
using Gantry.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Queries, headers and the small texts of the run API and the settings.</summary>
public sealed class HeaderFuzzTests
{
    private const string Soup = "abzAZ019 \t.,:;=-_/\\\"'@[]{}<>()*%&?#+~\r\n\0é\ud83d";

    [Fact]
    public void CVE_2023_2253_a_page_is_within_its_bounds_or_refused_and_its_link_asks_for_the_next_one()
    {
        var accepted = 0;
        Seeded.Rounds(211, 40_000, random =>
        {
            var size = random.Of("", "0", "1", "100", "1000", "1001", "1099511627776", "99999999999999999999999999", "-1", "+1", "1e3", " 1", "٣", "1,2", random.Text(Soup, 4));
            var last = random.Of("", "a", "a/b", "~", "5~a", "638000000000000000~a", "99999999999999999999~a", "-1~a", "é", random.Text(Soup, 8));
            var order = random.Of("", "", "none", "timeasc", "timedesc", "TimeDesc", random.Text(Soup, 4));
            if (Read(size, last, order) is not { } page)
                return;
            accepted++;
            Assert.InRange(page.Size, 0, RegistryLimits.Default.MaxPageSize);
            Assert.InRange(page.WithNext.Limit, 0, RegistryLimits.Default.MaxPageSize + 1);
            Assert.DoesNotContain(page.Last ?? "", c => c is < '!' or > '~');
            // The link that follows this page, read as a client sends it back, is this page's order and size behind that entry.
            var changed = page.Order == ListOrder.Name ? (DateTimeOffset?)null : new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
            var link = LinkHeader.FindNext(page.NextLink("/v2/_catalog", "samples/artifact", changed))!;
            var next = PageQuery.Read(Query(link[link.IndexOf('?', StringComparison.Ordinal)..]), RegistryLimits.Default);
            Assert.Equal(("samples/artifact", changed, page.Size, page.Order), (next.Last, next.LastTime, next.Size, next.Order));
        });
        Assert.InRange(accepted, 3_000, 39_000);
    }

    [Fact]
    public void An_entity_tag_is_found_in_a_list_and_nowhere_else()
    {
        const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        var found = 0;
        Seeded.Rounds(212, 40_000, random =>
        {
            var tags = Enumerable.Range(0, random.Below(4)).Select(_ => random.Of($"\"{Digest}\"", $"W/\"{Digest}\"", Digest, "\"other\"", "W/", "\"", "", Digest[..^1], random.Text(Soup, 6).Replace(',', ';'))).ToList();
            var expected = tags.Any(tag => tag.Trim() == "*" || (tag.Trim().StartsWith("W/", StringComparison.Ordinal) ? tag.Trim()[2..] : tag.Trim()).Trim('"') == Digest);
            Assert.Equal(expected, Precondition.IsUnchanged(string.Join(random.Of(",", ", "), tags), $"\"{Digest}\""));
            Assert.Equal(expected, Precondition.IsUnchanged(new StringValues([.. tags]), $"\"{Digest}\""));
            found += expected ? 1 : 0;
            // Between a range and the wrong content only the exact text will do; an empty line beside it says nothing.
            Assert.Equal(tags is [] || (tags.Where(tag => tag.Length > 0).ToList() is [var only] && only == $"\"{Digest}\""), Precondition.KeepsRange(new StringValues([.. tags]), $"\"{Digest}\""));
        });
        Assert.InRange(found, 3_000, 39_000);
    }

    [Fact]
    public void A_wish_to_wait_is_a_number_of_seconds_up_to_the_bound()
    {
        Seeded.Rounds(213, 40_000, random =>
        {
            var number = random.Of("0", "5", "30", "31", "2147483647", "2147483648", "-1", "1.5", "x", "\"7\"");
            var header = random.Text(["respond-async", ",", ";", " ", "wait", "=", "return=minimal", "\""], 4) + random.Of(",", ";") + $"wait={number}" + random.Text([",", "; ", "x"], 2);
            var http = new DefaultHttpContext();
            http.Request.Headers["Prefer"] = header;
            var wait = PreferHeader.WaitOf(http.Request);
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(PreferHeader.MaxSeconds));
            Assert.Equal(wait.TotalSeconds, Math.Truncate(wait.TotalSeconds));
        });
    }

    [Fact]
    public void A_filter_of_runs_is_its_clauses_or_refused()
    {
        var accepted = 0;
        Seeded.Rounds(214, 40_000, random =>
        {
            var name = random.Text(["a", "'", " ", "and", "@", ")", ",", "é"], 4);
            var quoted = $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
            string[] clauses = ["Status eq 'Failed'", "status EQ 'succeeded'", $"TaskName eq {quoted}", $"contains(OutputImageManifests, {quoted})"];
            var text = string.Join(random.Of(" and ", " AND ", "  and "), Enumerable.Range(0, 1 + random.Below(3)).Select(_ => random.Of(clauses)));
            var filter = RunFilterText.Parse(text);
            Assert.Equal(text.Contains("Status", StringComparison.OrdinalIgnoreCase), filter.Status is not null);
            Assert.Equal(text.Contains("contains", StringComparison.Ordinal) ? name : null, filter.Manifest);
            // The same, damaged: understood or refused in a sentence.
            var broken = random.OneIn(2) ? text.Remove(random.Below(text.Length), 1) : text.Insert(random.Below(text.Length), random.Text(Soup, 3));
            try
            {
                _ = RunFilterText.Parse(broken);
                accepted++;
            }
            catch (RegistryException e)
            {
                Assert.Equal(ErrorCode.RequestInvalid, e.Code);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        });
        Assert.InRange(accepted, 1_000, 39_000);
    }

    [Fact]
    public void The_name_of_a_runs_image_is_a_repository_and_a_tag_of_this_registry()
    {
        var accepted = 0;
        Seeded.Rounds(215, 40_000, random =>
        {
            var text = random.Text(["a", "b", "/", ":", "1.0", "localhost", "localhost:5000", "evil.example", "..", "@", "sha256", "\\", "%2e", "A", "\0", " "], 5);
            try
            {
                var target = ImageTarget.Parse(text, ["localhost:5000"]);
                accepted++;
                Assert.Equal(target, ImageTarget.Parse(target.ToString(), ["localhost:5000"]));
                Assert.Contains(text, (string[])[$"{target}", $"localhost:5000/{target}", $"{target.Repository}", $"localhost:5000/{target.Repository}"]);
            }
            catch (RegistryException e)
            {
                Assert.Equal(ErrorCode.RequestInvalid, e.Code);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        });
        Assert.InRange(accepted, 1_000, 39_000);
    }

    [Fact]
    public void An_address_to_listen_on_prints_as_one_that_reads_the_same()
    {
        var accepted = 0;
        Seeded.Rounds(216, 40_000, random =>
        {
            var text = random.Of("http://", "https://", "HTTP://", "ftp://", "") + random.Text(["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "::1", "*", "[", "]", ":", "1", "evil.example", "fe80::1%1", "/", " "], 3)
                + random.Of("", ":5000", ":0", ":65536", ":-1", ":", "/") + random.Of("", "", "=myregistry", "=");
            if (!ListenAddress.TryParse(text, out var address, out var problem))
            {
                Assert.DoesNotContain(problem, char.IsControl);
                return;
            }
            accepted++;
            Assert.InRange(address.Port, 0, 65535);
            Assert.True(ListenAddress.TryParse(address.ToString(), out var again, out _), $"\"{Printable.Of(text)}\" printed as {address}");
            Assert.Equal(address with { Registry = null }, again);
            Assert.Equal(5000, address.UrlAt(5000).Port);
        });
        Assert.InRange(accepted, 1_000, 39_000);
    }

    private static PageQuery? Read(string size, string last, string order)
    {
        try
        {
            return PageQuery.Read(Query(string.Create(CultureInfo.InvariantCulture,
                $"?n={Uri.EscapeDataString(Whole(size))}&last={Uri.EscapeDataString(Whole(last))}&orderby={Uri.EscapeDataString(Whole(order))}")), RegistryLimits.Default);
        }
        catch (RegistryException e)
        {
            Assert.Contains(e.Code, (ErrorCode[])[ErrorCode.RequestInvalid, ErrorCode.PaginationNumberInvalid]);
            Assert.DoesNotContain(e.Message, char.IsControl);
            return null;
        }
    }

    // Half a surrogate pair has no encoding.
    private static string Whole(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));

    private static HttpRequest Query(string query) => new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request;
}
