using Gantry.Testing;

namespace Gantry.Cli.Tests.Commands;

/// <summary>What a registry tells people, on the terminal of the one who asked.</summary>
public sealed class NoticeTests
{
    [Fact]
    public async Task A_registrys_warning_is_shown_once_on_standard_error()
    {
        using var line = new CommandLine();
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true, Notice = "read-only from \"May\" on" });
        var pushed = await line.RunAsync("push", $"{registry.LoginServer}/a:1.0", "artifact.txt");
        Assert.Equal(ExitCode.Done, pushed.Exit);
        Assert.Equal("WARN[0000] read-only from \"May\" on\n", pushed.Error);
        Assert.DoesNotContain("May", pushed.Output, StringComparison.Ordinal);

        var tags = await line.RunAsync("repo", "tags", $"{registry.LoginServer}/a");
        Assert.Equal(("1.0\n", "WARN[0000] read-only from \"May\" on\n"), (tags.Output, tags.Error));
    }
}
