using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Sources;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Build.Tests.Sources;

public sealed class AddressFetcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<FetchedFile> FetchAsync(string url, bool allowPrivate = true, long maxBytes = 1000)
    {
        using var fetcher = new AddressFetcher(allowPrivate, maxBytes, TimeProvider.System);
        return await fetcher.FetchAsync(new Uri(url), _folder.Path, default);
    }

    [Fact]
    public async Task A_file_comes_with_its_name_and_time_through_redirects()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/d/file.txt", new PeerAnswer(302).With("Location", "/elsewhere/other"));
        peer.On("GET", "/elsewhere/other", new PeerAnswer(200) { Body = "hello"u8.ToArray() }.With("Last-Modified", "Sun, 09 Sep 2001 01:46:40 GMT"));
        var fetched = await FetchAsync($"http://{peer.Authority}/d/file.txt");
        Assert.Equal(("file.txt", 1_000_000_000), (fetched.Name, fetched.Modified));
        Assert.Equal("hello", await File.ReadAllTextAsync(fetched.Path));
    }

    [Theory]
    [InlineData("attachment; filename=\"a.tar\"", "a.tar")]
    [InlineData("attachment; filename=\"../../etc/passwd\"", "passwd")]
    [InlineData("attachment; filename=\"..\"", "")]
    public async Task A_path_without_a_name_takes_the_server_s_name_and_no_path_of_it(string disposition, string expected)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/", new PeerAnswer(200) { Body = [1] }.With("Content-Disposition", disposition));
        Assert.Equal(expected, (await FetchAsync($"http://{peer.Authority}/")).Name);
    }

    [Fact]
    public async Task What_cannot_be_had_is_a_sentence_without_secrets()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/gone", 404);
        var failure = await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"http://user:s3cret@{peer.Authority}/gone?sig=abc"));
        Assert.Equal($"ADD failed: http://{peer.Authority}/gone cannot be fetched: it answered 404 NotFound", failure.Message);
        Assert.Single(peer.Requests);
        Assert.StartsWith("Basic ", peer.Requests[0].Authorization);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_server_that_fails_once_is_asked_again_and_a_cut_body_is_fetched_anew()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/f", 503, new PeerAnswer(200) { Body = "whole"u8.ToArray(), CutAfter = 2 }, new PeerAnswer(200) { Body = "whole"u8.ToArray() });
        Assert.Equal("whole", await File.ReadAllTextAsync((await FetchAsync($"http://{peer.Authority}/f")).Path));
    }

    [Fact]
    public async Task Too_many_bytes_and_too_many_redirects_end_in_a_sentence()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/big", new PeerAnswer(200) { Body = new byte[1001] });
        peer.On("GET", "/round", new PeerAnswer(302).With("Location", "/round"));
        peer.On("GET", "/file", new PeerAnswer(302).With("Location", "file:///etc/passwd"));
        Assert.Contains("longer than a build may fetch", (await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"http://{peer.Authority}/big"))).Message);
        Assert.Contains("redirects more than 10 times", (await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"http://{peer.Authority}/round"))).Message);
        Assert.Equal(11, peer.Asked("GET", "/round").Count);
        Assert.Contains("redirects from http to file", (await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"http://{peer.Authority}/file"))).Message);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    public async Task A_private_address_is_not_contacted_however_it_is_written(string host)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/f", new PeerAnswer(200) { Body = [1] });
        var failure = await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"http://{host}:{peer.Port}/f", allowPrivate: false));
        Assert.Contains("private address", failure.Message);
        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task A_dockerfile_s_address_is_under_the_same_rule_and_the_own_registry_is_no_exception()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        using var bench = new Bench(Bench.Owning(registry));
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM scratch\nADD {registry.Url}healthz /x"));
        Assert.Contains("private address", failure.Message);
        bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task Add_puts_a_fetched_file_into_the_image()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/d/file.txt", new PeerAnswer(200) { Body = "hello"u8.ToArray() });
        using var bench = new Bench(new RegistryAccessOptions { AllowPrivate = true });
        var image = await bench.BuildAsync(new ContextSource.Nothing(), $"FROM scratch\nADD http://user:s3cret@{peer.Authority}/d/file.txt?sig=abc /in/");
        Assert.Contains($"Downloading http://{peer.Authority}/d/file.txt", bench.Log);
        Assert.Equal("hello", (await bench.FilesAsync(image))["in/file.txt"]);
    }
}
