using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Files;

public sealed class FileOutputTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public async Task A_file_is_replaced_whole_or_not_at_all()
    {
        var path = _scratch.Write("a", "old");
        var promise = Descriptor.Of(MediaTypes.ImageLayer, "promised"u8);
        await Assert.ThrowsAsync<ContentMismatchException>(async () =>
            await FileOutput.WriteAsync(path, new VerifyingStream(new MemoryStream("deliverd"u8.ToArray()), promise)));
        Assert.Equal("old", File.ReadAllText(path));
        await WriteAsync("a");
        await WriteAsync("deep/er/b");
        Assert.Equal(["a", "deep", "deep/er", "deep/er/b"], Scratch.Tree(_scratch.Root));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public async Task A_link_stays_and_what_it_leads_to_is_replaced()
    {
        _scratch.Write("real/file", "old");
        File.CreateSymbolicLink(_scratch["first"], "second");
        File.CreateSymbolicLink(_scratch["second"], "real/file");
        File.CreateSymbolicLink(_scratch["dangling"], "real/made");
        await WriteAsync("first");
        await WriteAsync("dangling");
        Assert.Equal(["dangling", "first", "real", "real/file", "real/made", "second"], Scratch.Tree(_scratch.Root));
        Assert.Equal(("second", "real/file"), (new FileInfo(_scratch["first"]).LinkTarget, new FileInfo(_scratch["second"]).LinkTarget));
        Assert.Equal(("new", "new"), (File.ReadAllText(_scratch["real/file"]), File.ReadAllText(_scratch["real/made"])));
    }

    [Fact]
    public void A_device_is_written_through()
    {
        if (OperatingSystem.IsWindows())
            return;
        // Asked only: a write that replaced the device would harm the machine.
        File.CreateSymbolicLink(_scratch["null"], "/dev/null");
        Assert.True(FileOutput.IsStream("/dev/null", "/dev/null"));
        Assert.True(FileOutput.IsStream(_scratch["null"], "/dev/null"));
        Assert.False(FileOutput.IsStream(_scratch.Write("empty", ""), _scratch["empty"]));
        Assert.False(FileOutput.IsStream(_scratch["absent"], _scratch["absent"]));
    }

    [Fact]
    public async Task A_pipe_is_written_through_and_stays()
    {
        if (OperatingSystem.IsWindows())
            return;
        using (var make = System.Diagnostics.Process.Start("mkfifo", _scratch["pipe"]))
            await make.WaitForExitAsync();
        var reading = Task.Run(() => File.ReadAllText(_scratch["pipe"]));
        await WriteAsync("pipe");
        Assert.Equal("new", await reading);
        Assert.NotNull(SpecialFile.TypeOf(new FileInfo(_scratch["pipe"])));
        Assert.Equal(["pipe"], Scratch.Tree(_scratch.Root));
    }

    [Fact]
    public async Task A_file_that_is_replaced_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(_scratch.Write("a", "old"), mode);
        await WriteAsync("a");
        Assert.Equal(("new", mode), (File.ReadAllText(_scratch["a"]), File.GetUnixFileMode(_scratch["a"])));
    }

    private async Task WriteAsync(string name)
    {
        using var content = new MemoryStream("new"u8.ToArray());
        await FileOutput.WriteAsync(_scratch[name], content);
    }

    public void Dispose() => _scratch.Dispose();
}
