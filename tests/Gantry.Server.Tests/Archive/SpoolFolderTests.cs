using System.Text;
using Gantry.Server.Archive;
using Gantry.Testing;

namespace Gantry.Server.Tests.Archive;

public sealed class SpoolFolderTests
{
    [Fact]
    public void A_spooled_file_has_no_name_while_it_holds_anything_and_is_gone_with_its_stream()
    {
        using var folder = new TemporaryFolder();
        using (var file = new SpoolFolder(folder.Path).Create())
        {
            file.Write("a signing key"u8);
            file.Flush();
            // Windows deletes an open file only with its handle.
            if (!OperatingSystem.IsWindows())
            {
                Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
                Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(folder.Join("spool")));
            }
            file.Position = 0;
            using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
            Assert.Equal("a signing key", reader.ReadToEnd());
        }
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }
}
