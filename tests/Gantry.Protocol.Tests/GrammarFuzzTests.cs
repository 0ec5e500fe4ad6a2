using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;
using Gantry.Testing;

namespace Gantry.Protocol.Tests;

/// <summary>More than "throws nothing": what parses prints back to what was read, and a second, naive reader of each small grammar agrees.</summary>
public sealed class GrammarFuzzTests
{
    private const string Soup = "abzAZ019 \t.,:;=-_/\\\"'@[]{}<>()*%&?#+\r\n\0é\ud83d";

    [Fact]
    public void A_registrys_address_is_read_as_a_naive_reader_reads_it()
    {
        string[] pieces = ["localhost", "a", "A-b_c.d", "127.0.0.1", "[", "]", "[::1]", ":", ":80", ":65535", ":65536", "80", "-", ".", "::1", "@", "é", "/", "%", " "];
        var accepted = 0;
        Seeded.Rounds(101, 60_000, random =>
        {
            var text = random.OneIn(50) ? new string('a', 250 + random.Below(10)) : random.Text(pieces, 4);
            var expected = IsRegistry(text);
            Assert.True(expected == RegistryName.TryParse(text, out var name), $"disagreement on \"{Printable.Of(text)}\"");
            Assert.Equal(expected, RegistryName.Explain(text) is null);
            Assert.Equal(expected ? text : "", name.ToString());
            accepted += expected ? 1 : 0;
        });
        Assert.InRange(accepted, 3_000, 57_000);
    }

    /// <summary>Paths, files and headers are made of these texts, so this holds of every one that parses, however it was written.</summary>
    [Fact]
    public void CVE_2022_47747_no_name_that_parses_can_climb_out_of_a_folder()
    {
        string[] pieces = ["a", "0", "..", ".", "/", "//", "\\", "\0", "%2e", "%2f", "%", "-", "_", "__", "~", "sha256:", new string('0', 64), "\r\n", "é", "C:", ":", "\u2024", "\uff0e"];
        var accepted = 0;
        Seeded.Rounds(102, 60_000, random =>
        {
            var text = random.Text(pieces, 6);
            string[] all =
            [
                RepositoryName.TryParse(text, out var name) ? name.ToString() : "",
                Tag.TryParse(text, out var tag) ? tag.ToString() : "",
                Digest.TryParse(text, out var digest) ? digest.ToString() : "",
            ];
            foreach (var parsed in all)
            {
                Assert.True(parsed.Length == 0 || parsed == text);
                Assert.DoesNotContain(parsed, c => c is '\\' or '\0' or '%' or '~' or > '\u007e' or < '!');
                Assert.DoesNotContain(parsed.Split('/'), segment => segment.StartsWith('.') || (segment.Length == 0 && parsed.Length > 0));
                accepted += parsed.Length > 0 ? 1 : 0;
            }
            // A tag may have dots inside, and is never a folder above.
            Assert.False(tag.ToString() is "." or "..");
        });
        Assert.InRange(accepted, 3_000, 120_000);
    }

    [Fact]
    public void A_content_range_is_read_as_a_naive_reader_reads_it()
    {
        string[] pieces = ["0", "1", "1023", "9223372036854775806", "9223372036854775807", "9223372036854775808", "-", "+", " ", "bytes ", "/", "*", "a", "٣"];
        var accepted = 0;
        Seeded.Rounds(103, 60_000, random =>
        {
            var text = random.Of("", "", "bytes ", "BYTES ") + random.Of(pieces) + random.Of("-", "-", "-", "", "--") + random.Of(pieces) + random.Of("", "", random.Text(pieces, 3));
            var expected = NaiveContentRange(text);
            Assert.True(expected is not null == ContentRange.TryParse(text, out var range), $"disagreement on \"{Printable.Of(text)}\"");
            if (expected is not { } parts)
                return;
            accepted++;
            Assert.Equal(parts, (range.First, range.Last));
            Assert.True(ContentRange.TryParse(range.ToString(), out var again));
            Assert.Equal(range, again);
        });
        Assert.InRange(accepted, 1_000, 57_000);
    }

    [Fact]
    public void A_range_is_cut_from_the_content_as_a_naive_reader_cuts_it()
    {
        Seeded.Rounds(104, 60_000, random =>
        {
            var size = random.Below(12);
            var text = random.Of("bytes=", "bytes=", "bytes=", "Bytes=", "items=", "") + random.Text("0123459-- ,", 6);
            // The naive reader asks of every byte whether it is wanted.
            var wanted = Enumerable.Range(0, size).Where(at => NaiveWants(text, at, size)).ToList();
            var range = RangeHeader.Resolve(text, size);
            if (range.Outcome == RangeOutcome.Part)
                Assert.Equal(wanted, Enumerable.Range((int)range.First, (int)range.Length));
            else
                Assert.True(wanted.Count == 0, $"\"{Printable.Of(text)}\" of {size} asks for bytes");
        });
    }

    [Fact]
    public void A_next_link_is_found_again_behind_any_other_links()
    {
        Seeded.Rounds(105, 40_000, random =>
        {
            var url = "/v2/_catalog?last=" + Uri.EscapeDataString(random.Text(Soup, 12).Replace('\ud83d', 'x')) + "&n=1";
            var others = random.Text(["<a>; rel=\"prev\", ", "<b>;rel=last,", "<c>, ", " ", ","], 3);
            Assert.Equal(url, LinkHeader.FindNext(others + LinkHeader.Next(url)));
            // What is no link may hide nothing but itself: whatever is found is a piece of what came.
            var header = random.Text(Soup + "<>;rel=next\"", 40);
            if (LinkHeader.FindNext(header) is { } found)
                Assert.Contains($"<{found}>", header, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_scope_prints_as_a_scope_that_parses_to_the_same()
    {
        var accepted = 0;
        Seeded.Rounds(106, 40_000, random =>
        {
            string[] pieces = ["repository", "registry", ":", "a/b", "catalog", "pull", "push", ",", "*", "(", ")", "..", "\n", "é"];
            var text = $"{random.Text(pieces, 2)}:{random.Text(pieces, 3)}{random.Of(":", ":", "")}{random.Text(pieces, 4)}";
            if (Scope.TryParse(text) is not { } scope)
                return;
            accepted++;
            Assert.Equal(scope, Scope.TryParse(scope.ToString()));
            Assert.Equal(scope.Actions.Order(StringComparer.Ordinal).Distinct(), scope.Actions);
            Assert.Equal([scope], Scope.Merge([scope, scope]));
            foreach (var one in Scope.ParseAll([text]))
                Assert.DoesNotContain(' ', one.ToString());
        });
        Assert.InRange(accepted, 3_000, 39_000);
    }

    [Fact]
    public void A_challenge_that_we_write_is_the_one_that_we_read()
    {
        Seeded.Rounds(107, 40_000, random =>
        {
            const string Quotable = "abz019 .,:;=-_/'@[]{}<>()*%&?#+";
            var (realm, service, scope) = (random.Text(Quotable, 12), random.Text(Quotable, 12), random.Text(Quotable, 12));
            // Numbers drawn from outside the alphabet stand for themselves unless they would end the quotes.
            if ((realm + service + scope).AsSpan().ContainsAny('"', '\\'))
                return;
            var read = Challenge.TryParse(Challenge.Bearer(realm, service, scope, error: null));
            Assert.NotNull(read);
            Assert.True(read.IsBearer);
            Assert.Equal((realm, service, scope), (read.Realm, read.Service, read.ScopeText));
            // Whatever else comes: its parameters have lower-case names, and their values are made of its letters.
            var header = "Bearer " + random.Text(["realm", "Scope", "=", "\"", ",", " ", "\\", "x", "Basic "], 10);
            foreach (var (name, value) in Challenge.TryParse(header)!.Parameters)
            {
                Assert.Equal(name.ToLowerInvariant(), name);
                Assert.True(value.Length <= header.Length);
            }
        });
    }

    [Fact]
    public void A_media_type_is_the_header_before_its_parameters()
    {
        Seeded.Rounds(108, 60_000, random =>
        {
            var text = random.OneIn(40) ? new string('x', 250 + random.Below(10)) : random.Text(Soup, 12);
            var expected = text.Length is > 0 and <= 255 && !text.Any(char.IsControl);
            Assert.True(expected == MediaType.TryParse(text, out var type), $"disagreement on \"{Printable.Of(text)}\"");
            Assert.Equal(expected ? text : "", type.ToString());
            var naive = text.Split(';')[0].Trim();
            Assert.Equal(naive.Length is > 0 and <= 255 && !naive.Any(char.IsControl), MediaType.TryParseHeader(text, out var ofHeader));
            Assert.Equal(ofHeader.IsEmpty ? "" : naive, ofHeader.ToString());
        });
    }

    [Fact]
    public void A_platform_prints_as_it_was_read()
    {
        var accepted = 0;
        Seeded.Rounds(109, 40_000, random =>
        {
            var text = random.Text(["linux", "windows", "/", "/", "amd64", "arm", "v7", ":", "10.0", "", " ", "é"], 6);
            if (Platform.TryParse(text, "amd64", out var problem) is not { } platform)
            {
                Assert.NotNull(problem);
                return;
            }
            accepted++;
            Assert.Null(problem);
            var printed = $"{platform.Os}/{platform.Architecture}{(platform.Variant is { } variant ? "/" + variant : "")}{(platform.OsVersion is { } version ? ":" + version : "")}";
            Assert.Equal(platform, Platform.TryParse(printed, "other", out _));
        });
        Assert.InRange(accepted, 500, 39_000);
    }

    [Fact]
    public void Text_for_a_message_is_one_short_line_without_controls() =>
        Seeded.Rounds(110, 40_000, random =>
        {
            var shown = Printable.Of(random.Text(Soup + "\u202e\u2028\u001b\u0085", 200));
            Assert.InRange(shown.Length, 0, (128 * 6) + 1);
            Assert.DoesNotContain(shown, c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u202e');
        });

    [Fact]
    public void An_error_body_that_we_write_is_the_one_that_we_read() =>
        Seeded.Rounds(111, 20_000, random =>
        {
            var code = random.Of(ErrorCode.All);
            var message = random.Text(Soup, 40);
            // Half a surrogate pair has no UTF-8.
            message = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(message));
            var read = Assert.Single(ErrorDocument.Read(ErrorDocument.Write([new RegistryError(code, message)]), code.Status));
            Assert.Same(code, read.Code);
            Assert.Equal(message, read.Message);
        });

    [Fact]
    public void Wire_bodies_throw_nothing_but_json_errors_and_survive_being_written_again()
    {
        var bodies = new[]
        {
            """{"type":"DockerBuildRequest","imageNames":["a:1"],"isPushEnabled":true,"noCache":false,"dockerFilePath":"Dockerfile","target":"x","arguments":[{"name":"a","value":"b","isSecret":true}],"timeout":300,"platform":{"os":"linux","architecture":"arm","variant":"v7"},"sourceLocation":"oci://x/y:1","credentials":{"sourceRegistry":{"loginMode":"None"}}}""",
            """{"name":"ci","role":"AcrPull","repository":"samples"}""",
            """{"deleteEnabled":true,"writeEnabled":null}""",
            """{"worker":"w"}""",
        };
        var accepted = 0;
        Seeded.Rounds(112, 15_000, random =>
        {
            var json = random.Mutate(Encoding.UTF8.GetBytes(random.Of(bodies)));
            accepted += Survives(json, WireJson.Wire.RunRequest) + Survives(json, WireJson.Wire.PrincipalRequest)
                + Survives(json, WireJson.Wire.AttributesChange) + Survives(json, WireJson.Wire.LeaseRequest) + Survives(json, WireJson.Wire.RunOutcome);
        });
        Assert.InRange(accepted, 1_000, 60_000);
    }

    private static int Survives<T>(byte[] json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, type) is not { } value)
                return 0;
            var written = JsonSerializer.SerializeToUtf8Bytes(value, type);
            Assert.Equal(written, JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(written, type)!, type));
            return 1;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>host, host:port or [address], [address]:port.</summary>
    private static bool IsRegistry(string text)
    {
        var host = text;
        var port = (string?)null;
        if (text.StartsWith('[') && text.Contains(']', StringComparison.Ordinal))
        {
            host = text[..(text.IndexOf(']', StringComparison.Ordinal) + 1)];
            var rest = text[host.Length..];
            if (rest.Length > 0)
            {
                if (rest[0] != ':')
                    return false;
                port = rest[1..];
            }
        }
        else if (text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            (host, port) = (text[..colon], text[(colon + 1)..]);
        }
        if (port is not null && (port.Length == 0 || port.Any(c => c is < '0' or > '9') || decimal.Parse(port, CultureInfo.InvariantCulture) > 65535))
            return false;
        if (text.Length > 255)
            return false;
        if (host.StartsWith('['))
            return host.Length > 2 && host.EndsWith(']') && host[1..^1].All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        return host.Length > 0 && host[0] is not ('.' or '-') && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }

    private static (long First, long Last)? NaiveContentRange(string text)
    {
        if (text.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase))
            text = text[6..];
        var parts = text.Split('/')[0].Split('-');
        if (parts.Length != 2 || parts.Any(part => part.Length == 0 || part.Any(c => c is < '0' or > '9')))
            return null;
        var numbers = parts.Select(part => System.Numerics.BigInteger.Parse(part, CultureInfo.InvariantCulture)).ToList();
        return numbers[0] > long.MaxValue || numbers[1] >= long.MaxValue ? null : ((long)numbers[0], (long)numbers[1]);
    }

    /// <summary>Whether the header asks for this byte. Several ranges, and what is none, ask for no byte in particular.</summary>
    private static bool NaiveWants(string header, int at, int size)
    {
        header = header.Trim();
        if (!header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return false;
        var parts = header[6..].Split('-');
        if (parts.Length != 2 || header.Contains(',', StringComparison.Ordinal))
            return false;
        var (first, last) = (parts[0].Trim(), parts[1].Trim());
        if ((first + last).Any(c => c is < '0' or > '9') || first.Length + last.Length == 0)
            return false;
        if (first.Length == 0)
            return at >= size - decimal.Parse(last, CultureInfo.InvariantCulture);
        return at >= decimal.Parse(first, CultureInfo.InvariantCulture) && (last.Length == 0 || at <= decimal.Parse(last, CultureInfo.InvariantCulture));
    }
}
