using System.Text;
using Gantry.Cli.Commands.Serve;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Serve;

public sealed class SettingsFileFuzzTests
{
    [Fact]
    public void A_damaged_or_strange_file_of_settings_is_read_or_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Join("settings.json");
        var original = Encoding.UTF8.GetBytes("{\"$schema\":\"x\",\"" + string.Join("\":\"1\",\"", ServeSettings.All.Take(4).Select(setting => setting.Member)) + "\":[\"a\",\"b\"]}");
        string[] members =
        [
            .. from name in ServeSettings.All.Take(6).Select(setting => setting.Member).Append("$schema").Append("none")
               from value in (string[])["\"\"", "\"a b\"", "7", "true", "[]", "[\"a\",\"b\"]", "null", "{}", "[1]", "\"\\ud83d\"", "1e400"]
               select $"\"{name}\":{value}",
        ];
        var (read, refused) = (0, 0);
        Seeded.Rounds(251, 800, random =>
        {
            File.WriteAllBytes(path, random.OneIn(2) ? random.Mutate(original) : Encoding.UTF8.GetBytes($"{{{random.Text(members, 3, ",")}}}"));
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
        Assert.True(read > 100 && refused > 200, $"{read} read, {refused} refused");
    }
}
