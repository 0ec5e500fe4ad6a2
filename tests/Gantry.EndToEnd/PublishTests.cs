namespace Gantry.EndToEnd;

/// <summary>What eng/publish writes is what the README says is in the folder.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task The_linux_folder_holds_the_program_and_its_library_and_nothing_else()
    {
        using var sandbox = new Sandbox();
        var program = await PublishedProgram.PathAsync();
        Assert.Equal(["gantry", "libe_sqlite3.so"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(program)!).Select(Path.GetFileName).Order());
        Assert.Matches(@"(?m)^Version: +\d+\.\d+\.\d+", (await sandbox.GantryAsync("version")).MustSucceed().Out);
        Assert.True(new FileInfo(program).Length < 80 * 1024 * 1024);
    }

    [Fact]
    public async Task The_windows_folder_holds_a_console_program_for_x64()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(await PublishedProgram.PathAsync()))!, "win-x64");
        Assert.Equal(["e_sqlite3.dll", "gantry.exe"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order());
        await using var file = File.OpenRead(Path.Combine(folder, "gantry.exe"));
        using var reader = new BinaryReader(file);
        Assert.Equal("MZ"u8, reader.ReadBytes(2));
        file.Position = 0x3c;
        file.Position = reader.ReadInt32();
        Assert.Equal("PE\0\0"u8, reader.ReadBytes(4));
        Assert.Equal(0x8664, reader.ReadUInt16());
        file.Position += 18 + 68;
        // IMAGE_SUBSYSTEM_WINDOWS_CUI
        Assert.Equal(3, reader.ReadUInt16());
    }

    [Fact]
    public async Task The_program_extracts_nothing_when_it_runs()
    {
        using var sandbox = new Sandbox();
        await using (var server = await GantryServer.StartAsync(sandbox))
            Assert.Equal(0, await server.StopAsync());
        // Nor do its sockets for debuggers stay.
        Assert.Empty(Directory.EnumerateFileSystemEntries(sandbox["TMPDIR"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(sandbox["HOME"]));
    }
}
