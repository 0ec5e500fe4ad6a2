using System.Text.Json;

namespace Gantry.EndToEnd.Clients;

/// <summary>No stored secret: tokens of real issuers, exchanged and then used by the real oras and docker.</summary>
public sealed class FederationTests
{
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    [Fact]
    public async Task A_job_of_GitHub_Actions_pushes_with_oras_and_another_repositorys_job_does_not()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        await using var issuer = await OutsideIssuer.ActionsAsync(story.Sandbox);
        await TrustAsync(story, issuer.Address, "--audience", "gantry");
        await PrincipalAsync(story, "AcrPush", "--issuer", issuer.Address, "--subject", "repo:org/app:ref:refs/heads/main", "--audience", "gantry",
            "--claim", "repository=org/app", "--claim", "job_workflow_ref=org/app/.github/workflows/release.yml@refs/heads/main");

        foreach (var wrong in new[] { "repository=org/other", "repository=org-evil/app", "ref=refs/heads/feature", "audience=somebody-else" })
            Assert.Equal((401, null), await OutsideIssuer.ExchangeAsync(story.Host, await issuer.MintAsync(wrong)));

        await PushAndReadAsync(story, await issuer.MintAsync());
        // A new key counts as soon as the registry looks at the issuer again, which it does no more often than its pause allows.
        await issuer.RotateAsync();
        var rotated = await issuer.MintAsync();
        Assert.Equal((401, null), await OutsideIssuer.ExchangeAsync(story.Host, rotated));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await OutsideIssuer.ExchangeAsync(story.Host, rotated) is not (200, not null))
            await Task.Delay(TimeSpan.FromSeconds(2), limit.Token);
        await PushAndReadAsync(story, rotated);
        var file = story.Sandbox.Write("token", await issuer.MintAsync("repository=org/other"));
        var test = (await AdminAsync(story, "federation", "test", file)).MustFail();
        Assert.Contains("refused", test.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("key", test.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", story.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_oidc_provider_pushes_with_oras_and_docker_reads_it()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        await using var issuer = await OutsideIssuer.OidcProviderAsync(story.Sandbox);
        await TrustAsync(story, issuer.Address, "--audience", "urn:gantry");
        await PrincipalAsync(story, "AcrPush", "--issuer", issuer.Address, "--subject", "job", "--audience", "urn:gantry", "--claim", "client_id=job");
        Assert.Equal((401, null), await OutsideIssuer.ExchangeAsync(story.Host, await issuer.ClientTokenAsync("job", "job-secret", "urn:other")));
        await PushAndReadAsync(story, await issuer.ClientTokenAsync("job", "job-secret", "urn:gantry"));
    }

    [Fact]
    public async Task Somebody_signs_in_at_oidc_provider_with_a_browser_and_pushes_by_the_rights_of_a_group()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        await using var issuer = await OutsideIssuer.OidcProviderAsync(story.Sandbox);
        await TrustAsync(story, issuer.Address, "--client-id", "gantry-cli", "--scope", "profile", "--groups-claim", "groups", "--people");
        await SignInAsync(story, [], "login=ada", "password=x");
        // Known from now on, and in a group; without a right until the group has one.
        story.Sandbox.Write("artifact.txt", "x");
        string[] push = ["push", $"{story.Host}/samples/artifact:1.0", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example"];
        (await story.Sandbox.OrasAsync(push)).MustFail();
        await AssignAsync(story, ":developers", "AcrPush");
        (await story.Sandbox.OrasAsync(push)).MustSucceed();

        await SignInAsync(story, [], "login=eve", "password=x");
        (await story.Sandbox.OrasAsync(push)).MustFail();
    }

    [Fact]
    public async Task Somebody_signs_in_at_oidc_provider_with_a_device_code()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        await using var issuer = await OutsideIssuer.OidcProviderAsync(story.Sandbox);
        await TrustAsync(story, issuer.Address, "--client-id", "gantry-cli", "--scope", "profile", "--groups-claim", "groups", "--people");
        await SignInAsync(story, ["--use-device-code", "--yes"], "login=ada", "password=x");
        await AssignAsync(story, ":developers", "AcrPull");
        (await story.Sandbox.OrasAsync("repo", "ls", story.Host)).MustSucceed();
    }

    [Fact]
    public async Task A_client_of_lemonldap_ng_pushes_with_oras_and_docker_reads_it()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        await using var issuer = await LemonLdap.StartAsync(story.Sandbox);
        await TrustAsync(story, issuer.Address, "--audience", LemonLdap.Audience);
        await PrincipalAsync(story, "AcrPush", "--issuer", issuer.Address, "--subject", LemonLdap.Job, "--audience", LemonLdap.Audience, "--claim", $"client_id={LemonLdap.Job}");
        await PushAndReadAsync(story, await issuer.JobTokenAsync());
    }

    [Fact]
    public async Task Somebody_of_lemonldap_ng_pushes_by_the_rights_of_a_group_and_somebody_else_does_not()
    {
        await using var story = await ClientStory.StartAsync(tls: false);
        await using var issuer = await LemonLdap.StartAsync(story.Sandbox);
        await TrustAsync(story, issuer.Address, "--client-id", LemonLdap.Client, "--groups-claim", "groups", "--people");
        Assert.Equal(200, (await OutsideIssuer.ExchangeAsync(story.Host, await issuer.SignInAsync(story.Host, "dwho", "dwho"), LemonLdap.NonceSeed)).Status);
        await AssignAsync(story, ":timelords", "AcrPush");
        await PushAndReadAsync(story, await issuer.SignInAsync(story.Host, "dwho", "dwho"), LemonLdap.NonceSeed);

        // Fetched for another registry that shares the client, it is nothing here.
        Assert.Equal(401, (await OutsideIssuer.ExchangeAsync(story.Host, await issuer.SignInAsync("elsewhere.example", "dwho", "dwho"), LemonLdap.NonceSeed)).Status);

        var (_, refresh) = await OutsideIssuer.ExchangeAsync(story.Host, await issuer.SignInAsync(story.Host, "rtyler", "rtyler"), LemonLdap.NonceSeed);
        (await story.SignInAsync(RealClients.Unpacked("oras"), refresh!, "login", story.Host, "-u", TokenUser, "--password-stdin")).MustSucceed();
        (await story.Sandbox.OrasAsync("push", $"{story.Host}/samples/artifact:1.0", "artifact.txt:text/plain")).MustFail();
    }

    /// <summary>The token earns a refresh token, with which oras signs in and pushes, and docker reads.</summary>
    private static async Task PushAndReadAsync(ClientStory story, string token, string nonceSeed = "")
    {
        var (status, refresh) = await OutsideIssuer.ExchangeAsync(story.Host, token, nonceSeed);
        Assert.True(status == 200, story.Server.Log);
        (await story.SignInAsync(RealClients.Unpacked("oras"), refresh!, "login", story.Host, "-u", TokenUser, "--password-stdin")).MustSucceed();
        story.Sandbox.Write("artifact.txt", "made by a job");
        (await story.Sandbox.OrasAsync("push", $"{story.Host}/samples/artifact:1.0", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example")).MustSucceed();
        (await story.Sandbox.OrasAsync("pull", $"{story.Host}/samples/artifact:1.0", "-o", "back")).MustSucceed();
        // The same file of sign-ins: docker shows the token where oras did.
        var manifest = (await story.RunAsync(RealClients.Unpacked("docker"), "manifest", "inspect", "--insecure", $"{story.Host}/samples/artifact:1.0")).MustSucceed();
        Assert.Equal(JsonValueKind.Object, manifest.Json.ValueKind);
    }

    /// <summary>Runs <c>acr login</c> and plays the person at the browser.</summary>
    private static async Task SignInAsync(ClientStory story, string[] flags, params string[] fields)
    {
        using var login = Tool.Start(await PublishedProgram.PathAsync(), ["acr", "login", "-n", story.Host, "--no-browser", .. flags], story.Sandbox.Setting);
        var output = login.StandardOutput.ReadToEndAsync();
        var seen = new List<string>();
        while (await login.StandardError.ReadLineAsync() is { } line)
        {
            seen.Add(line);
            if (!line.Contains("http://", StringComparison.Ordinal))
                continue;
            var words = line[line.IndexOf("http://", StringComparison.Ordinal)..].Split(' ');
            var code = flags.Length == 0 ? [] : new[] { $"user_code={words[Array.IndexOf(words, "code") + 1]}" };
            (await NodeScript.RunAsync(story.Sandbox, "browser.mjs", "", [words[0], .. fields, .. code])).MustSucceed();
            break;
        }
        var rest = await login.StandardError.ReadToEndAsync();
        await login.WaitForExitAsync();
        Assert.True(login.ExitCode == 0, $"{string.Join('\n', seen)}\n{rest}\n{await output}\n{story.Server.Log}");
        Assert.Equal("Login Succeeded\n", await output);
    }

    private static async Task TrustAsync(ClientStory story, string issuer, params string[] more)
    {
        var name = more.Contains("--people") ? "people" : "jobs";
        (await AdminAsync(story, ["federation", "create", name, "--issuer", issuer, "--allow-private-addresses", .. more])).MustSucceed();
    }

    private static async Task PrincipalAsync(ClientStory story, string role, params string[] credential)
    {
        var appId = (await AdminAsync(story, "principal", "create", "job", "--role", role)).MustSucceed().Json.GetProperty("appId").GetString()!;
        (await AdminAsync(story, ["principal", "federated-credential", "add", appId, .. credential])).MustSucceed();
    }

    private static async Task AssignAsync(ClientStory story, string principal, string role)
    {
        var list = (await AdminAsync(story, "principal", "list", "-o", "json")).MustSucceed().Json;
        var id = list.EnumerateArray().Single(one => one.GetProperty("kind").GetString() == "Group" && one.GetProperty("name").GetString()!.EndsWith(principal, StringComparison.Ordinal)).GetProperty("appId").GetString();
        var definition = role == "AcrPush" ? "8311e382-0749-4cb8-b61a-304f252e45ec" : "7f951dda-4ed3-4680-a7ca-43fe172d538d";
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(
            $"http://{story.Host}/subscriptions/{Guid.Empty}/resourceGroups/gantry/providers/Microsoft.ContainerRegistry/registries/myregistry/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01"))
        {
            Content = new StringContent($$$"""{"properties":{"roleDefinitionId":"{{{definition}}}","principalId":"{{{id}}}"}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{story.Server.AppId}:{story.Server.Password}"))}");
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The owner's command; the secret is told on standard input.</summary>
    private static async Task<ToolResult> AdminAsync(ClientStory story, params string[] arguments) =>
        await story.SignInAsync(await PublishedProgram.PathAsync(), story.Server.Password, ["admin", .. arguments, "--server", story.Server.Url.GetLeftPart(UriPartial.Authority), "-u", story.Server.AppId, "--password-stdin"]);
}
