using Gantry.Cli.Options;

namespace Gantry.Cli.Tests.Options;

public sealed class FileArgumentTests
{
    [Theory]
    [InlineData("hi.txt", "hi.txt", null)]
    [InlineData("hi.txt:application/vnd.me.hi", "hi.txt", "application/vnd.me.hi")]
    [InlineData("hi:txt:", "hi:txt", null)]
    [InlineData("hi:txt:a/b", "hi:txt", "a/b")]
    [InlineData("C:\\x\\hi.txt", "C:\\x\\hi.txt", null)]
    [InlineData("C:\\x\\hi.txt:a/b", "C:\\x\\hi.txt", "a/b")]
    [InlineData(".\\artifact.txt:a/b", ".\\artifact.txt", "a/b")]
    [InlineData("/dev/null:a/b", "/dev/null", "a/b")]
    public void The_last_colon_separates_the_type(string text, string path, string? type)
    {
        var file = FileArgument.Parse(text);
        Assert.Equal((path, type), (file.Path, file.MediaType?.ToString()));
    }

    [Theory]
    [InlineData(":a/b")]
    [InlineData("")]
    public void An_empty_path_is_refused(string text) =>
        Assert.Equal($"found empty file path in \"{text}\"", Assert.Throws<CommandException>(() => FileArgument.Parse(text)).Message);

    [Theory]
    [InlineData("/dev/null", true)]
    [InlineData("NUL", true)]
    [InlineData("nul", true)]
    [InlineData("null", false)]
    public void The_empty_file_has_two_names(string path, bool expected) => Assert.Equal(expected, FileArgument.Parse(path).IsNull);

    [Theory]
    [InlineData("./artifact.txt", false, "artifact.txt")]
    [InlineData(".\\artifact.txt", true, "artifact.txt")]
    [InlineData(".\\artifact.txt", false, ".\\artifact.txt")]
    [InlineData("a\\b\\..\\c.txt", true, "a/c.txt")]
    [InlineData("./d/../d//y", false, "d/y")]
    [InlineData("../x", false, "../x")]
    [InlineData("../../x/..", false, "../..")]
    [InlineData("/a/../../b", false, "/b")]
    [InlineData("d/", false, "d")]
    [InlineData(".", false, ".")]
    public void A_title_is_the_path_without_detours(string path, bool windows, string expected) => Assert.Equal(expected, FileArgument.Clean(path, windows));
}
