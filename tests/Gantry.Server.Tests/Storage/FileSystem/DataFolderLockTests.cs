using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.FileSystem;

public sealed class DataFolderLockTests
{
    [Fact]
    public void A_folder_is_held_once_and_the_refusal_names_it()
    {
        using var parent = new TemporaryFolder();
        var folder = parent.Join("data");
        using (DataFolderLock.Take(folder))
        {
            var refusal = Assert.Throws<IOException>(() => DataFolderLock.Take(folder));
            Assert.Contains(folder, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        }
        using var again = DataFolderLock.Take(folder);
    }

    [Fact]
    public void What_a_process_left_behind_does_not_hold_the_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Join(DataFolderLock.FileName), "left by a process that was killed");

        using var held = DataFolderLock.Take(folder.Path);
    }
}
