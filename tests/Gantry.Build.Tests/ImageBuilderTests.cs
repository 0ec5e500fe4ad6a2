using System.Text;
using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Tests;

public sealed class ImageBuilderTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_folder_is_built_under_its_own_dockerfile_and_ignore_rules_and_nothing_stays_behind()
    {
        var folder = _bench.Folder(("Dockerfile", "FROM scratch\nCOPY . /\n"), (".dockerignore", "*\n!keep\n"), ("keep", "k"), ("drop", "d"));
        var image = await _bench.BuildAsync(new ContextSource.Folder(folder));
        Assert.Equal(["keep"], (await _bench.FilesAsync(image)).Keys);
        Assert.Null(image.RuntimeBase);
        _bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task The_ignore_rules_beside_the_dockerfile_win()
    {
        var folder = _bench.Folder(("x/My.dockerfile", "FROM scratch\nCOPY . /\n"), ("x/My.dockerfile.dockerignore", "x\na\n"), (".dockerignore", "b"), ("a", "a"), ("b", "b"));
        var image = await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Folder(folder)) with { Dockerfile = "x/My.dockerfile" }, _bench.Output, default);
        Assert.Equal([".dockerignore", "b"], (await _bench.FilesAsync(image)).Keys);
    }

    [Fact]
    public async Task A_missing_dockerfile_is_told_with_what_is_there()
    {
        var near = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Folder(_bench.Folder(("dockerfile", "FROM scratch")))));
        Assert.Contains("did you mean \"dockerfile\"?", near.Message);
        var far = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Folder(_bench.Folder(("readme", ""), ("src/x", "")))));
        Assert.Contains("the context has \"readme\", \"src\"", far.Message);
        var nothing = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Nothing()));
        Assert.Contains("the context is empty", nothing.Message);
        _bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_sentence()
    {
        var failure = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Folder(_bench.Join("nowhere"))));
        Assert.Contains("is not a folder", failure.Message);
    }

    [Fact]
    public async Task A_dockerfile_that_is_a_link_out_of_the_folder_is_refused()
    {
        var folder = _bench.Folder(("inner/real", "FROM scratch\n"));
        File.CreateSymbolicLink(Path.Join(folder, "Dockerfile"), "inner/real");
        Assert.Empty(await _bench.FilesAsync(await _bench.BuildAsync(new ContextSource.Folder(folder))));

        File.WriteAllText(_bench.Join("outside"), "FROM scratch\n");
        File.Delete(Path.Join(folder, "Dockerfile"));
        File.CreateSymbolicLink(Path.Join(folder, "Dockerfile"), _bench.Join("outside"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Folder(folder)));
        Assert.Contains("leads out of the context", failure.Message);
    }

    [Fact]
    public async Task Arguments_that_nothing_declares_are_warned_of_in_docker_s_words()
    {
        var options = Bench.Options(new ContextSource.Nothing(), "FROM scratch\nARG used\nLABEL l=$used") with
        {
            Arguments = new Dictionary<string, string> { ["used"] = "1", ["B"] = "2", ["A"] = "3", ["http_proxy"] = "x" },
        };
        await _bench.Builder.BuildAsync(options, _bench.Output, default);
        Assert.Equal("[Warning] One or more build-args [A B] were not consumed", Assert.Single(_bench.Log, line => line.StartsWith("[Warning]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Labels_are_in_the_config_of_each_platform_beside_those_of_the_Dockerfile_and_not_in_its_history()
    {
        var options = Bench.Options(new ContextSource.Nothing(), "FROM scratch AS below\nLABEL a=1 b=2\nFROM below\nLABEL c=3") with
        {
            Platforms = [Bench.Amd64, Bench.Arm64],
            Labels = new Dictionary<string, string> { ["b"] = "given", ["d"] = "4" },
        };
        var image = await _bench.Builder.BuildAsync(options, _bench.Output, default);
        foreach (var one in image.Images)
            Assert.Equal(["a=1", "b=given", "c=3", "d=4"], one.Config.Settings.Labels.Select(label => $"{label.Key}={label.Value}").Order());
        Assert.All(image.Images, one => Assert.DoesNotContain(one.Config.History, step => step.CreatedBy?.Contains("given", StringComparison.Ordinal) == true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_epoch_is_what_config_and_history_say(bool byArgument)
    {
        var options = Bench.Options(new ContextSource.Nothing(), "FROM scratch\nARG SOURCE_DATE_EPOCH\nLABEL at=$SOURCE_DATE_EPOCH");
        options = byArgument
            ? options with { Arguments = new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1000000000" } }
            : options with { SourceDateEpoch = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) };
        var config = (await _bench.Builder.BuildAsync(options, _bench.Output, default)).Images[0].Config;
        Assert.Equal("2001-09-09T01:46:40Z", config.Created);
        Assert.All(config.History, entry => Assert.Equal(config.Created, entry.Created));
        Assert.Equal("1000000000", config.Settings.Labels["at"]);
    }

    [Fact]
    public async Task Two_platforms_make_an_index_with_an_image_for_each()
    {
        var image = await _bench.BuildAsync(new ContextSource.Nothing(), "FROM scratch\nARG TARGETARCH\nLABEL for=$TARGETARCH", Bench.Amd64, Bench.Arm64);
        var index = Assert.IsType<ImageIndex>(image.Root.Parse());
        Assert.Equal(["amd64", "arm64"], index.Entries.Select(entry => entry.Platform!.Architecture));
        Assert.Equal(["amd64", "arm64"], image.Images.Select(one => one.Config.Settings.Labels["for"]));
        Assert.Equal(["amd64", "arm64"], image.Images.Select(one => one.Config.Platform.Architecture));
        foreach (var entry in index.Entries)
            Assert.True(await _bench.Output.ExistsAsync(entry));
        Assert.Equal(image.Root.Bytes.ToArray(), await _bench.Output.FetchBytesAsync(image.Root.Descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task A_wrong_dockerfile_names_its_place_and_leaves_nothing()
    {
        var failure = await Assert.ThrowsAsync<DockerfileException>(() => _bench.BuildAsync(new ContextSource.Nothing(), "FROM scratch\nCOPPY a b\n"));
        Assert.Contains("COPY", failure.Message);
        _bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task A_build_that_is_cancelled_while_it_pushes_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var store = new StoppingStore(stop);
        var options = Bench.Options(new ContextSource.Folder(_bench.Folder(("a", "a"))), "FROM scratch\nCOPY a /a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.Builder.BuildAsync(options, store, stop.Token).AsTask());
        Assert.Equal(1, store.Pushes);
        _bench.AssertWorkFolderIsEmpty();
    }

    /// <summary>Is cancelled when the first blob comes, and never ends taking it.</summary>
    private sealed class StoppingStore(CancellationTokenSource stop) : IContentStore
    {
        public int Pushes { get; private set; }

        public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(false);

        public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => throw new ContentNotFoundException(target.Digest.ToString());

        public async ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default)
        {
            Pushes++;
            await content.ReadExactlyAsync(new byte[1], ct);
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }
    }

    [Fact]
    public async Task Nobody_else_may_look_into_a_build_s_folder()
    {
        if (OperatingSystem.IsWindows())
            return;
        var modes = new List<UnixFileMode>();
        var builder = new ImageBuilder(_bench.Registries, _bench.WorkFolder, _ => modes.AddRange(new DirectoryInfo(_bench.WorkFolder).GetDirectories().Select(folder => folder.UnixFileMode)), TimeProvider.System, Build.Layers.TarLimits.Default);
        await builder.BuildAsync(Bench.Options(new ContextSource.Nothing(), "FROM scratch"), _bench.Output, default);
        Assert.NotEmpty(modes);
        Assert.All(modes, mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode));
    }

    [Fact]
    public async Task The_dockerfile_s_own_bytes_need_no_context()
    {
        var image = await _bench.BuildAsync(new ContextSource.StandardInput(Tars.Stream(Encoding.UTF8.GetBytes("FROM scratch\nLABEL a=b"))));
        Assert.Equal("b", image.Images[0].Config.Settings.Labels["a"]);
    }
}
