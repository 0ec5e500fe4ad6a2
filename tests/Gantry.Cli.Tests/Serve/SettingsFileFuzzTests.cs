using System.Text;
using Gantry.Cli.Commands.Serve;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Serve;

public sealed class SettingsFileFuzzTests
{
    [Fact]
    public void A_damaged_file_of_settings_is_read_or_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Join("settings.json");
        var original = Encoding.UTF8.GetBytes("{\"$schema\":\"x\",\"" + string.Join("\":\"1\",\"", ServeSettings.All.Take(4).Select(setting => setting.Member)) + "\":[\"a\",\"b\"]}");
        var (read, refused) = (0, 0);
        Seeded.Rounds(251, 4_000, random =>
        {
            File.WriteAllBytes(path, random.Mutate(original));
            try
            {
                var file = SettingsFile.Read(path);
                Assert.All(file.Values.Keys, setting => Assert.Contains(setting, ServeSettings.All));
                read++;
            }
            catch (CommandException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
                refused++;
            }
        });
        Assert.True(read > 20 && refused > 200, $"{read} read, {refused} refused");
    }
}
