namespace Gantry.EndToEnd.Clients;

/// <summary>The password that people have in their directory, with the real oras.</summary>
public sealed class LdapTests
{
    [Fact]
    public async Task Somebody_of_the_directory_logs_in_with_oras_and_pushes_by_the_rights_of_a_group()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-slapd-").FullName;
        try
        {
            await using var directory = await OutsideDirectory.StartAsync(folder);
            await using var story = await ClientStory.StartAsync(tls: true, [.. directory.Settings]);
            (await LogInAsync(story, "ada", "wrong")).MustFail();
            (await LogInAsync(story, "nobody", OutsideDirectory.AdaPassword)).MustFail();
            (await LogInAsync(story, "ada)(uid=*", OutsideDirectory.AdaPassword)).MustFail();
            (await LogInAsync(story, "ada", OutsideDirectory.AdaPassword)).MustSucceed();

            story.Sandbox.Write("artifact.txt", "made by ada");
            string[] push = ["push", $"{story.Host}/team/artifact:1.0", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example", "--ca-file", story.Authority, "--plain-http=false"];
            (await story.Sandbox.OrasAsync(push)).MustFail();
            (await AdminAsync(story, "role", "assign", "--assignee", "ldap:group:developers", "--role", "AcrPush")).MustSucceed();
            (await story.Sandbox.OrasAsync(push)).MustSucceed();
            (await story.Sandbox.OrasAsync("pull", $"{story.Host}/team/artifact:1.0", "-o", "back", "--ca-file", story.Authority, "--plain-http=false")).MustSucceed();

            // Neither password is anywhere where the operator looks.
            Assert.DoesNotContain(OutsideDirectory.AdaPassword, story.Server.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("service-password", story.Server.Log, StringComparison.Ordinal);

            // Without the directory its people are told to come again, and the owner is not.
            await directory.StopAsync();
            var down = (await LogInAsync(story, "ada", "another password")).MustFail();
            Assert.Contains("unavailable: the directory", down.Error, StringComparison.Ordinal);
            (await LogInAsync(story, story.Server.AppId, story.Server.Password)).MustSucceed();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<ToolResult> LogInAsync(ClientStory story, string name, string password) =>
        story.SignInAsync(RealClients.Unpacked("oras"), password, "login", story.Host, "-u", name, "--password-stdin", "--ca-file", story.Authority, "--plain-http=false");

    private static async Task<ToolResult> AdminAsync(ClientStory story, params string[] arguments) => await story.SignInAsync(
        await PublishedProgram.PathAsync(), story.Server.Password,
        ["admin", .. arguments, "--server", story.Server.Url.GetLeftPart(UriPartial.Authority), "--ca-file", story.Authority, "-u", story.Server.AppId, "--password-stdin"]);
}
