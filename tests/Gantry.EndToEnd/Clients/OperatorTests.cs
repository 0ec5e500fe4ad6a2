using System.Text.Json;

namespace Gantry.EndToEnd.Clients;

/// <summary>Whoever answers for the data, with the published program: collect, scrub, check, back up, lose everything, restore, lose the database, rebuild.</summary>
public sealed class OperatorTests
{
    [Fact]
    public async Task What_was_pushed_survives_the_loss_of_everything_by_a_backup_and_that_of_the_database_by_the_journal()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        var (sandbox, data) = (story.Sandbox, Path.Join(story.Sandbox.Folder, "data"));
        await SignInAsync(story);
        sandbox.Write("first.txt", "first\n");
        sandbox.Write("second.txt", "second\n");
        await GantryAsync(story, "push", $"{story.Host}/team/app:1", "first.txt");
        await GantryAsync(story, "push", $"{story.Host}/team/app:gone", "second.txt");
        await GantryAsync(story, "acr", "repository", "untag", "-n", story.Host, "--image", "team/app:gone");

        Assert.StartsWith("Deleted 1 manifests and 1 blobs", await AdminAsync(story, "collect", "--untagged", "--grace", "0"), StringComparison.Ordinal);
        Assert.Contains("Damaged blobs 0, damaged manifests 0, objects of nobody 0, wrong counts 0, database 0", await AdminAsync(story, "check"), StringComparison.Ordinal);
        Assert.Contains("found 0 damaged", await AdminAsync(story, "scrub", "--now"), StringComparison.Ordinal);

        // Everything is lost, and comes back from a backup into stores that are empty.
        await AdminAsync(story, "backup", Path.Join(sandbox.Folder, "copy"));
        Assert.Equal(0, await story.Server.StopAsync());
        Directory.Delete(data, recursive: true);
        SharedStores.Give(sandbox);
        await GantryAsync(story, "admin", "restore", Path.Join(sandbox.Folder, "copy"), "--data", data);
        await story.Server.RestartAsync();
        await PullAsync(story, "1", "first.txt");

        // The database is lost, and comes back from the journal and the blobs. A clean stop has written all of that.
        await GantryAsync(story, "push", $"{story.Host}/team/app:2", "second.txt");
        Assert.Equal(0, await story.Server.StopAsync());
        foreach (var file in Directory.GetFiles(data, "gantry.db*"))
            File.Delete(file);
        SharedStores.GiveDatabase(sandbox);
        await GantryAsync(story, "admin", "rebuild", "--data", data);
        File.Delete(Path.Join(sandbox.Folder, "owner.json"));
        await story.Server.RestartAsync();
        await SignInAsync(story);
        await PullAsync(story, "1", "first.txt");
        await PullAsync(story, "2", "second.txt");
        Assert.Contains("wrong counts 0, database 0", await AdminAsync(story, "check"), StringComparison.Ordinal);
    }

    private static async Task SignInAsync(ClientStory story)
    {
        using var owner = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(story.Sandbox.Folder, "owner.json")));
        var (user, password) = (owner.RootElement.GetProperty("appId").GetString()!, owner.RootElement.GetProperty("password").GetString()!);
        (await story.SignInAsync(await PublishedProgram.PathAsync(), password, "login", story.Host, "-u", user, "--password-stdin")).MustSucceed();
    }

    private static async Task PullAsync(ClientStory story, string tag, string file)
    {
        var folder = story.Sandbox.NewFolder(Guid.NewGuid().ToString("N"));
        await GantryAsync(story, "pull", "-o", folder, $"{story.Host}/team/app:{tag}");
        Assert.Equal(await File.ReadAllTextAsync(Path.Join(story.Sandbox.Work, file)), await File.ReadAllTextAsync(Path.Join(folder, file)));
    }

    private static Task<string> AdminAsync(ClientStory story, params string[] command) => GantryAsync(story, ["admin", .. command, "--server", $"http://{story.Host}"]);

    private static async Task<string> GantryAsync(ClientStory story, params string[] command) => (await story.Sandbox.GantryAsync(command)).MustSucceed().Out;
}
