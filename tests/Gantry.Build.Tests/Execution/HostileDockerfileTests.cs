using System.Diagnostics;

namespace Gantry.Build.Tests.Execution;

/// <summary>Dockerfiles that are made to fill the memory, the stack or the processor of who builds them. Each ends with a sentence, at once.</summary>
public sealed class HostileDockerfileTests : IDisposable
{
    private readonly BuildBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    [Fact]
    public async Task A_trigger_of_triggers_does_not_climb_on_the_stack() =>
        Assert.Contains("ONBUILD cannot be a trigger", await _bench.RefusalAsync($"FROM scratch\n{Repeat("ONBUILD ", 100_000)}<<\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("WORKDIR /{0}")]
    [InlineData("COPY a /{0}")]
    [InlineData("COPY a /{0}x")]
    [InlineData("COPY {0}x /")]
    [InlineData("COPY --link a /{0}")]
    [InlineData("ADD a /{0}")]
    [InlineData("COPY <<a/{0}x /\na/{0}x\n")]
    public async Task A_path_longer_than_Linux_takes_is_refused(string instruction)
    {
        _bench.File("a", "");
        Assert.Contains("the limit is 4096", await _bench.RefusalAsync($"FROM scratch\n{instruction.Replace("{0}", Repeat("d/", 200_000), StringComparison.Ordinal)}\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${A//*b/x}", "takes too long")]
    [InlineData("${A##*a*b}", "takes too long")]
    [InlineData("${A%%*a*b}", "takes too long")]
    [InlineData("${A//x/$A}", "come to more than")]
    public async Task Patterns_end_however_long_their_value_is(string word, string message) =>
        Assert.Contains(message, await _bench.RefusalAsync($"FROM scratch\nENV A={new string('x', 16)}\n{Repeat("ENV A=$A$A$A$A\n", 7)}ENV B={word}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("ENV B")]
    [InlineData("LABEL B")]
    [InlineData("ARG B")]
    public async Task Values_that_fill_the_memory_together_are_stopped(string instruction) =>
        Assert.Contains("the values of all instructions come to more than", await _bench.RefusalAsync(
            $"FROM scratch\nENV A={new string('x', 16)}\n{Repeat("ENV A=$A$A$A$A\n", 7)}{string.Concat(Enumerable.Range(0, 400).Select(i => $"{instruction}{i}=$A\n"))}"), StringComparison.Ordinal);

    [Fact]
    public async Task Ports_and_variables_without_number_are_stopped()
    {
        Assert.Contains("the values of all instructions come to more than", await _bench.RefusalAsync($"FROM scratch\nEXPOSE {Repeat("1-65535 ", 1000)}\n"), StringComparison.Ordinal);
        Assert.Contains("more than 10000 names of ENV", await _bench.RefusalAsync($"FROM scratch\nENV {string.Concat(Enumerable.Range(0, 10_001).Select(i => $"a{i}=1 "))}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Very_many_flags_and_continued_lines_are_read_in_one_pass()
    {
        var watch = Stopwatch.StartNew();
        Assert.Contains("is not in the build context", await _bench.RefusalAsync($"FROM scratch\nCOPY {Repeat("--exclude=a ", 60_000)} none /\n"), StringComparison.Ordinal);
        Assert.Contains("is not in the build context", await _bench.RefusalAsync($"FROM scratch\nCOPY {Repeat("a \\\n", 200_000)} none /\n"), StringComparison.Ordinal);
        // Reading all of it again for each flag took minutes.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_pattern_that_is_none_is_refused_where_it_is_copied()
    {
        _bench.File("a", "");
        Assert.StartsWith("Dockerfile:2: COPY failed: \"a[\" is not a pattern", await _bench.RefusalAsync("FROM scratch\nCOPY a[ /\n"), StringComparison.Ordinal);
        Assert.StartsWith("Dockerfile:2: COPY failed: \"[\" is not a pattern", await _bench.RefusalAsync("FROM scratch\nCOPY --exclude=[ . /\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checksum_of_what_is_not_fetched_is_refused_and_not_forgotten()
    {
        _bench.File("a", "");
        Assert.Contains("--checksum is for one file that is fetched", await _bench.RefusalAsync($"FROM scratch\nADD --checksum=sha256:{new string('0', 64)} a /\n"), StringComparison.Ordinal);
        Assert.Contains("is a Git repository", await _bench.RefusalAsync("FROM scratch\nADD https://example.com/a.git /\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_in_the_context_is_left_out_and_never_opened()
    {
        _bench.File("a", "text").File("empty", "");
        using (var make = Process.Start("mkfifo", Path.Join(_bench.Context, "pipe")))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["a", "empty"], (await _bench.LastLayerAsync("FROM scratch\nADD . /x/\n")).Keys.Where(path => path.StartsWith("x/", StringComparison.Ordinal) && path.Length > 2).Select(path => path[2..]).Order());
        Assert.Contains("is not in the build context", await _bench.RefusalAsync("FROM scratch\nADD pipe /\n"), StringComparison.Ordinal);
    }
}
