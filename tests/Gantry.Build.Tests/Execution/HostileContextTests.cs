using Gantry.Build.Layers;

namespace Gantry.Build.Tests.Execution;

/// <summary>Contexts and Dockerfiles that are wrong, or try to reach what is not theirs.</summary>
public sealed class HostileContextTests : IDisposable
{
    private readonly BuildBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_wrong_Dockerfile_is_shown_with_line_column_token_and_remedy() =>
        Assert.Equal("Dockerfile:3:8: COPY has no flag --form\n  3 |   COPY --form=x a /\n    |        ^~~~~~~~\n  Its flags are --from, --chown, --chmod, --link, --parents, --exclude.",
            await _bench.RefusalAsync("FROM scratch\n\n  COPY --form=x a /\n"));

    [Fact]
    public async Task The_token_of_a_continued_line_is_shown_where_it_stands() =>
        Assert.StartsWith("Dockerfile:3:5: \"B\" is not name=value\n  3 |     B\n    |     ^\n", await _bench.RefusalAsync("FROM scratch\nENV A=1 \\\n    B\n"), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_file_is_told_with_names_that_are_near()
    {
        _bench.File("src/settings.json", "").File("src/other", "");
        Assert.Equal("Dockerfile:2: COPY failed: \"src/setings.json\" is not in the build context (there is \"src/settings.json\"); check the path and the rules of .dockerignore",
            await _bench.RefusalAsync("FROM scratch\nCOPY src/setings.json /\n"));
        Assert.Contains("(there is \"src/settings.json\")", await _bench.RefusalAsync("FROM scratch\nCOPY src/Settings.JSON /\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("there is", await _bench.RefusalAsync("FROM scratch\nCOPY src/nothing-like-it /\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM scratch\nCOPY --from=1 / /\n", "there is no stage 1 before this one")]
    [InlineData("FROM scratch\nCOPY --from=nobody / /\n", "there is no image nobody")]
    [InlineData("FROM scratch AS one\nCOPY --from=one / /\n", "there is no image one")]
    [InlineData("FROM nobody\n", "there is no image nobody")]
    public async Task An_unknown_stage_or_image_is_named(string dockerfile, string message) =>
        Assert.Contains(message, await _bench.RefusalAsync(dockerfile), StringComparison.Ordinal);

    [Fact]
    public async Task A_source_never_climbs_out_of_the_context()
    {
        File.WriteAllText(Path.Join(_bench.Folder, "secret"), "outside");
        _bench.File("a", "");
        Assert.Contains("\"../secret\" is not in the build context", await _bench.RefusalAsync("FROM scratch\nCOPY ../secret /\n"), StringComparison.Ordinal);
        Assert.Contains("\"../../etc/passwd\" is not in the build context", await _bench.RefusalAsync("FROM scratch\nCOPY ../../etc/passwd /\n"), StringComparison.Ordinal);
        // As with a root that one cannot leave, the steps up lead to the context itself.
        _bench.File("etc/passwd", "the context's own");
        Assert.Equal("RegularFile the context's own", (await _bench.LastLayerAsync("FROM scratch\nCOPY ../../etc/passwd /\n"))["passwd"]);
    }

    [Fact]
    public async Task A_link_out_of_the_context_is_copied_as_a_link_and_never_followed()
    {
        File.WriteAllText(Path.Join(_bench.Folder, "secret"), "outside");
        _bench.File("a", "").Link("up", "../secret").Link("root", "/etc/passwd").Link("folder", "/etc").Link("parent", "..");
        var files = await _bench.LastLayerAsync("FROM scratch\nCOPY . /x/\n");
        Assert.Equal(["RegularFile", "SymbolicLink ../secret", "SymbolicLink /etc/passwd", "SymbolicLink /etc", "SymbolicLink .."],
            [files["x/a"], files["x/up"], files["x/root"], files["x/folder"], files["x/parent"]]);
        foreach (var source in (string[])["up", "root", "folder", "folder/passwd", "folder/", "parent/secret", "folder/*"])
            Assert.Contains("is not in the build context", await _bench.RefusalAsync($"FROM scratch\nCOPY {source} /\n"), StringComparison.Ordinal);
        // A pattern may match such links; they stay links.
        Assert.Equal("SymbolicLink /etc/passwd", (await _bench.LastLayerAsync("FROM scratch\nCOPY roo? /x/\n"))["x/root"]);
    }

    [Theory]
    [InlineData("COPY .wh.a /")]
    [InlineData("COPY folder /x/")]
    [InlineData("COPY opaque /x/")]
    [InlineData("COPY plain /.wh.plain")]
    [InlineData("COPY plain /.wh.folder/plain")]
    [InlineData("ADD plain /x/.wh..wh..opq")]
    [InlineData("WORKDIR /a/.wh.b")]
    [InlineData("COPY <<.wh.here /x/\ntext\n.wh.here")]
    public async Task A_forged_deletion_is_refused(string instruction)
    {
        _bench.File(".wh.a", "").File("folder/deep/.wh.b", "").File("opaque/.wh..wh..opq", "").File("plain", "");
        Assert.Contains("bears a name that means a deletion in layers", await _bench.RefusalAsync($"FROM scratch\n{instruction}\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shorter")]
    [InlineData("a text that grew while nobody looked")]
    public async Task A_file_that_changes_while_it_is_read_ends_the_build(string later)
    {
        _bench.File("f", "as it was first");
        var context = _bench.Read();
        _bench.File("f", later);
        Assert.Equal("Dockerfile:2: COPY failed: \"x\" changed while it was read", await _bench.RefusalAsync("FROM scratch\nCOPY f /x\n", context));
    }

    [Fact]
    public async Task A_file_that_goes_away_ends_the_build()
    {
        _bench.File("f", "here");
        var context = _bench.Read();
        File.Delete(Path.Join(_bench.Context, "f"));
        Assert.StartsWith("Dockerfile:2: COPY failed: ", await _bench.RefusalAsync("FROM scratch\nCOPY f /x\n", context), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_lead_in_a_circle_end_the_build()
    {
        _bench.File("x", "").Link("a", "b").Link("b", "a");
        Assert.Contains("too many symbolic links", await _bench.RefusalAsync("FROM scratch\nCOPY a /x\n"), StringComparison.Ordinal);
        Assert.Contains("too many symbolic links", await _bench.RefusalAsync("FROM scratch\nCOPY . /\nCOPY x /a/x\n"), StringComparison.Ordinal);
        Assert.Contains("too many symbolic links", await _bench.RefusalAsync("FROM scratch\nCOPY . /\nWORKDIR /b/c\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backslash_in_a_link_is_a_letter_like_any_other()
    {
        _bench.File("a", "").Link("link", "odd\\name");
        Assert.Equal("SymbolicLink odd\\name", (await _bench.LastLayerAsync("FROM scratch\nCOPY . /x/\n"))["x/link"]);
    }

    [Fact]
    public async Task Deep_folders_are_copied()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 400));
        _bench.File(deep + "/file", "deep");
        Assert.Equal("RegularFile deep", (await _bench.LastLayerAsync("FROM scratch\nCOPY . /\n"))[deep + "/file"]);
    }

    [Fact]
    public async Task Values_that_double_until_they_fill_the_memory_are_stopped()
    {
        var lines = string.Concat(Enumerable.Range(0, 64).Select(_ => "ENV a=$a$a$a$a\n"));
        Assert.Contains("grows beyond", await _bench.RefusalAsync($"FROM scratch\nENV a=0123456789\n{lines}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Permission_bits_beyond_the_twelve_are_refused()
    {
        _bench.File("a", "");
        Assert.Contains("is not an octal mode", await _bench.RefusalAsync("FROM scratch\nCOPY --chmod=17777 a /\n"), StringComparison.Ordinal);
        Assert.Equal(0xFFF, Permissions.Bits);
    }
}
