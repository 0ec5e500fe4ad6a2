using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Server.Http;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Http.Arm;
using Gantry.Server.Http.Runs;
using Gantry.Server.Storage;
using Gantry.Testing;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Targets, paths and their pieces: cut as a naive reader cuts them, decoded once, and never more than what came.</summary>
public sealed class RouteFuzzTests
{
    private static readonly string[] Pieces =
        ["a", "b-c", "blobs", "uploads", "manifests", "tags", "list", "referrers", "_catalog", "_tags", "_manifests", "", ".", "..", "%2e%2e", "%2F", "%", "\\", "\0", "sha256:00", "é"];

    [Fact]
    public void A_path_below_v2_is_cut_as_a_naive_reader_cuts_it()
    {
        var named = 0;
        Seeded.Rounds(201, 60_000, random =>
        {
            var path = random.Of("/v2/", "/v2/", "/v2/", "/v2", "v2/", "//v2/", "") + random.Text(Pieces, 6, "/") + random.Of("", "", "/");
            var route = DistributionRoute.Match(path);
            Assert.Equal(Cut(path), (route.Resource.ToString(), route.Repository.ToString(), route.Last.ToString()));
            named += route.Resource == DistributionResource.None ? 0 : 1;
        });
        Assert.InRange(named, 3_000, 57_000);
    }

    [Fact]
    public void A_path_below_acr_is_made_of_its_pieces()
    {
        var named = 0;
        Seeded.Rounds(202, 60_000, random =>
        {
            var path = random.Of("/acr/v1/", "/acr/v1/", "/acr/v1", "acr/v1/", "") + random.Text(Pieces, 5, "/");
            var route = AcrRoute.Match(path);
            var (repository, last) = (route.Repository.ToString(), route.Last.ToString());
            var expected = route.Resource switch
            {
                AcrResource.Catalog => "/acr/v1/_catalog",
                AcrResource.Repository => $"/acr/v1/{repository}",
                AcrResource.Tags => $"/acr/v1/{repository}/_tags",
                AcrResource.Tag => $"/acr/v1/{repository}/_tags/{last}",
                AcrResource.Manifests => $"/acr/v1/{repository}/_manifests",
                AcrResource.Manifest => $"/acr/v1/{repository}/_manifests/{last}",
                _ => null,
            };
            Assert.True(expected is null || expected == path, $"{route.Resource} of \"{Printable.Of(path)}\"");
            Assert.DoesNotContain('/', last);
            named += expected is null ? 0 : 1;
        });
        Assert.InRange(named, 3_000, 57_000);
    }

    [Fact]
    public void A_resource_path_is_the_eight_words_and_a_rest()
    {
        string[] words = ["subscriptions", "S", "resourceGroups", "G", "providers", "Microsoft.ContainerRegistry", "registries", "myregistry"];
        var named = 0;
        Seeded.Rounds(203, 60_000, random =>
        {
            var given = words.Select(word => random.OneIn(20) ? random.Of(Pieces) : random.OneIn(5) ? word.ToUpperInvariant() : word).ToList();
            var path = "/" + string.Join('/', given.Take(random.OneIn(4) ? random.Below(9) : 8)) + random.Of("", "", "/", "/runs", "/runs/x/cancel");
            Assert.Equal(path.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase), ArmEndpoints.Owns(path));
            if (!ArmEndpoints.Owns(path))
                return;
            var route = ResourceRoute.Match(path);
            var parts = path[1..].Split('/');
            var expected = parts.Length >= 8 && new[] { 0, 2, 4, 5, 6 }.All(i => parts[i].Equals(words[i], StringComparison.OrdinalIgnoreCase));
            Assert.Equal(expected ? parts[7] : "", route.Registry.ToString());
            Assert.Equal(expected ? "/" + string.Join('/', parts.Take(8)) : "", route.Prefix.ToString());
            Assert.Equal(expected ? string.Join('/', parts.Skip(8)) : "", route.Rest.ToString());
            named += expected ? 1 : 0;
        });
        Assert.InRange(named, 3_000, 57_000);
    }

    [Fact]
    public void A_path_of_workers_or_links_is_one_of_three()
    {
        Seeded.Rounds(204, 40_000, random =>
        {
            var path = "/gantry/v1" + random.Text(["/leases", "/sources", "/logs", "/", "x", "leases", ".."], 4);
            var expected = path.StartsWith("/gantry/v1/sources/", StringComparison.Ordinal) || path.StartsWith("/gantry/v1/logs/", StringComparison.Ordinal)
                || path == "/gantry/v1/leases" || path.StartsWith("/gantry/v1/leases/", StringComparison.Ordinal);
            Assert.True(expected == RunRoutes.IsOwn(path), path);
        });
    }

    [Fact]
    public void The_path_of_a_target_is_the_piece_before_its_query()
    {
        Seeded.Rounds(205, 60_000, random =>
        {
            var path = "/" + random.Text(["v2", "/", "%2F", "..", ":", "://", "a", "*"], 5);
            var query = random.Of("", "?", "?n=1", "?a=/b?c", "?://x/");
            Assert.Equal(path, RawTarget.PathOf(path + query).ToString());
            Assert.Equal(path, RawTarget.PathOf($"http://{random.Of("localhost:5000", "a", "", "[::1]:80")}{path}{query}").ToString());
            // The forms without a path have none, whatever else they say.
            Assert.True(RawTarget.PathOf(random.Of("*", "localhost:80", "", "a:b", "nowhere")).IsEmpty);
            var any = random.Text("/?:abv2%.\0 *", 20);
            Assert.Contains(RawTarget.PathOf(any).ToString(), any, StringComparison.Ordinal);
            Assert.DoesNotContain('?', RawTarget.PathOf(any).ToString());
        });
    }

    /// <summary>What a client writes becomes a name only if its decoding, done once, is that very name.</summary>
    [Fact]
    public void CVE_2022_47747_a_piece_is_decoded_once_and_is_then_a_name_or_refused()
    {
        string[] pieces = ["a", "b", "-", ".", "..", "/", "%2F", "%2f", "%2e", "%2E", "%252e", "%00", "%5c", "\\", "%", "%4", "%zz", "%61", "%C3%A9", "é", "~", "sha256", ":", "%3A", new string('0', 64), new string('a', 300)];
        var accepted = 0;
        Seeded.Rounds(206, 20_000, random =>
        {
            var piece = random.Text(pieces, 5);
            var decoded = DecodeOnce(piece);
            accepted += Check(() => PathText.Repository(piece).ToString()) + Check(() => PathText.Tag(piece).ToString()) + Check(() => PathText.Digest(piece).ToString())
                + Check(() => PathText.Reference(piece) is var (tag, digest) && digest is { } exact ? exact.ToString() : tag!.Value.ToString());

            int Check(Func<string> parse)
            {
                try
                {
                    var parsed = parse();
                    Assert.Equal(decoded, parsed);
                    Assert.DoesNotContain(parsed.Split('/'), segment => segment.Length == 0 || segment[0] == '.');
                    return 1;
                }
                catch (RegistryException e)
                {
                    Assert.Contains(e.Code, (ErrorCode[])[ErrorCode.NameInvalid, ErrorCode.TagInvalid, ErrorCode.DigestInvalid]);
                    Assert.DoesNotContain(e.Message, char.IsControl);
                    return 0;
                }
            }
        });
        Assert.InRange(accepted, 1_000, 70_000);
    }

    /// <summary>The last gate before a file name, also for a text that no parser has seen.</summary>
    [Fact]
    public void CVE_2022_47747_a_blob_path_stays_below_its_root()
    {
        const string Root = "/srv/gantry";
        var accepted = 0;
        Seeded.Rounds(207, 60_000, random =>
        {
            var text = random.Text(["a", "0", "blobs", ".", "..", "/", "\\", "\0", "-", "_", "A", "%2e", "C:", "é", new string('x', 200)], 7);
            if (!BlobPath.TryOf(text, out var path))
            {
                Assert.Equal("", path.ToString());
                Assert.Throws<ArgumentException>(() => BlobPath.Of(text));
                return;
            }
            accepted++;
            Assert.Equal(text, path.ToString());
            Assert.Equal($"{Root}/{text}", Path.GetFullPath(Path.Join(Root, text)));
        });
        Assert.InRange(accepted, 1_000, 57_000);
    }

    /// <summary>The grammar as a list of words, read from the right.</summary>
    private static (string Resource, string Repository, string Last) Cut(string path)
    {
        const string None = nameof(DistributionResource.None);
        if (path is "/v2" or "/v2/")
            return (nameof(DistributionResource.Ping), "", "");
        if (path == "/v2/_catalog")
            return (nameof(DistributionResource.Catalog), "", "");
        if (!path.StartsWith("/v2/", StringComparison.Ordinal))
            return (None, "", "");
        var words = path[4..].Split('/').ToList();
        if (words is [.., _, "blobs", "uploads", ""])
            words.RemoveAt(words.Count - 1);
        string Join(int without) => string.Join('/', words.SkipLast(without));
        (string Resource, string Repository, string Last) found = words switch
        {
            [_, .., "manifests", var last] => (nameof(DistributionResource.Manifest), Join(2), last),
            [_, .., "referrers", var last] => (nameof(DistributionResource.Referrers), Join(2), last),
            [_, .., "tags", "list"] => (nameof(DistributionResource.Tags), Join(2), ""),
            [_, .., "blobs", "uploads"] => (nameof(DistributionResource.UploadStart), Join(2), ""),
            [_, .., "blobs", var last] => (nameof(DistributionResource.Blob), Join(2), last),
            [_, .., "blobs", "uploads", var last] => (nameof(DistributionResource.Upload), Join(3), last),
            _ => (None, "", ""),
        };
        return found.Repository.Length == 0 ? (None, "", "") : found;
    }

    private static string DecodeOnce(string piece)
    {
        var decoded = "";
        for (var i = 0; i < piece.Length; i++)
        {
            if (piece[i] != '%')
            {
                decoded += piece[i];
                continue;
            }
            if (i + 2 >= piece.Length || !char.IsAsciiHexDigit(piece[i + 1]) || !char.IsAsciiHexDigit(piece[i + 2]))
                return piece;
            decoded += (char)Convert.ToInt32(piece.Substring(i + 1, 2), 16);
            i += 2;
        }
        return decoded;
    }
}
