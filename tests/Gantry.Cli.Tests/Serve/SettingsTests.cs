using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Serve;
using Gantry.Server;
using Gantry.Server.Audit;

namespace Gantry.Cli.Tests.Serve;

public sealed class SettingsTests : IDisposable
{
    private readonly CommandLine _line = new() { Name = "gantry" };

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task Flags_win_over_the_environment_and_that_over_the_file()
    {
        _line.Write("settings/gantry.json", """{"name":"fromfile1","domain":"file.test","maxManifestBytes":10,"listen":["http://localhost:1","http://localhost:2"]}""");
        _line.Set("GANTRY_NAME", "fromenvironment");
        _line.Set("GANTRY_DOMAIN", "environment.test");
        var shown = JsonNode.Parse(await _line.DoneAsync("admin", "config", "show", "--config", "settings/gantry.json", "--name", "fromflag"))!;
        Assert.Equal(("fromflag", "--name"), (shown["name"]!["value"]!.GetValue<string>(), shown["name"]!["from"]!.GetValue<string>()));
        Assert.Equal(("environment.test", "GANTRY_DOMAIN"), (shown["domain"]!["value"]!.GetValue<string>(), shown["domain"]!["from"]!.GetValue<string>()));
        Assert.Equal("10", shown["maxManifestBytes"]!["value"]!.GetValue<string>());
        Assert.Equal(2, shown["listen"]!["value"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("""{"nmae":"x"}""", "there is no setting \"nmae\"")]
    [InlineData("""{"name":"abcde","name":"fghij"}""", "is not JSON")]
    [InlineData("[]", "one JSON object")]
    [InlineData("{", "is not JSON")]
    [InlineData("""{"dev":"maybe"}""", "is neither true nor false")]
    [InlineData("""{"name":{"a":1}}""", "is neither a text")]
    [InlineData("""{"data":"d","name":"x"}""", "5 to 50")]
    [InlineData("""{"data":"d","mirror":["docker.io"]}""", "HOST=URL")]
    [InlineData("""{"data":"d","mirror":["docker.io=ftp://mirror"]}""", "cannot mirror docker.io")]
    [InlineData("""{"data":"d","mirror":["docker.io=http://user:secret@mirror"]}""", "cannot mirror docker.io")]
    [InlineData("""{"data":"d","mirror":["docker io=http://mirror"]}""", "not a host")]
    [InlineData("""{"data":"d","mirror":["docker.io=http://one","docker.io=http://two"]}""", "docker.io")]
    [InlineData("""{"data":"d","leaseLifetime":0}""", "from 1 to 3600 seconds")]
    [InlineData("""{"data":"d","leaseLifetime":3601}""", "from 1 to 3600 seconds")]
    public async Task A_file_that_is_wrong_is_refused(string text, string message)
    {
        _line.Write("gantry.json", text);
        var result = await _line.RunAsync("admin", "config", "verify", "--config", "gantry.json");
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Contains(message, result.Error);
    }

    [Fact]
    public async Task A_good_file_is_said_to_be_good()
    {
        _line.Write("gantry.json", """{"$schema":"x","data":"d","dev":true,"drainTimeout":5}""");
        await _line.DoneAsync("admin", "config", "verify", "--config", "gantry.json");
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync("admin", "config", "verify", "--config", "absent.json")).Exit);
    }

    [Theory]
    [InlineData("database", "\"postgres://gantry:canary@db.example/gantry\"")]
    [InlineData("database", "\"postgres://gantry@db.example/gantry?password=canary\"")]
    [InlineData("database", "\"postgres:/gantry:canary@db.example\"")]
    [InlineData("blobs", "\"s3://key:canary@bucket/prefix\"")]
    [InlineData("blobs", "\"s3://bucket?endpoint=https://key:canary@s3.example\"")]
    [InlineData("mirror", "[\"docker.io=http://user:canary@mirror\"]")]
    [InlineData("listen", "[\"http://user:canary@localhost:5000\"]")]
    public async Task CVE_2025_48374_a_password_in_a_setting_is_shown_by_no_command(string member, string value)
    {
        _line.Write("gantry.json", $"{{\"data\":\"d\",\"{member}\":{value}}}");
        foreach (var verb in (string[])["show", "verify"])
        {
            var result = await _line.RunAsync("admin", "config", verb, "--config", "gantry.json");
            Assert.DoesNotContain("canary", result.Output + result.Error);
        }
    }

    [Fact]
    public void Settings_of_builds_reach_the_builds_options()
    {
        var options = new GantryServerOptions { DataFolder = "d" };
        foreach (var (name, value) in new[]
        {
            ("mirror", "docker.io=http://localhost:5001/hub"), ("build-allow-private", "true"), ("max-source-bytes", "10"), ("max-run-log-bytes", "20"), ("run-retention", "30"),
        })
            options = ServeSettings.All.Single(setting => setting.Name == name).Put(options, [value], name, path => path);

        var build = options.Build;
        Assert.Equal("http://localhost:5001/hub", build.Mirrors["DOCKER.IO"]);
        Assert.Equal((true, 10, 20, TimeSpan.FromSeconds(30)), (build.AllowPrivate, build.MaxSourceBytes, build.MaxLogBytes, build.RunRetention));
    }

    [Fact]
    public void Settings_of_defence_and_audit_reach_their_options_and_single_limits_win_over_the_profile()
    {
        var options = Put(("failed-sign-ins-address", "off"), ("failed-sign-ins-name", "7"), ("rate-limit-read", "11"), ("rate-limit-registry-write", "12"), ("rate-limits", "acr-premium"),
            ("rate-limit-anonymous", "address"), ("audit-max-bytes", "1000"), ("audit-file-bytes", "100"), ("audit-queue", "5"), ("audit-mode", "strict"), ("audit-output", "-"));
        var defence = options.Defence;
        Assert.Equal((0, 7, true), (defence.FailuresPerAddress, defence.FailuresPerName, defence.AnonymousByAddress));
        Assert.Equal((20_000, 11), (defence.Read.Registry, defence.Read.Identity));
        Assert.Equal((12, 2_000), (defence.Write.Registry, defence.Write.Identity));
        Assert.Equal((1000, 100, 5, AuditMode.Strict, "-"), (options.Audit.MaxBytes, options.Audit.FileBytes, options.Audit.MaxWaiting, options.Audit.Mode, options.Audit.Output));

        var left = ServeSettings.All.Single(setting => setting.Name == "audit").Put(options, ["all=off", "writes=on"], "audit", path => path).Audit.Left;
        Assert.Equal(AuditClass.Reads | AuditClass.Logins | AuditClass.Management, left);

        static GantryServerOptions Put(params (string Name, string Value)[] given) => ServeSettings.All
            .Where(setting => given.Any(pair => pair.Name == setting.Name))
            .Aggregate(new GantryServerOptions { DataFolder = "d" }, (options, setting) => setting.Put(options, [given.Single(pair => pair.Name == setting.Name).Value], setting.Name, path => path));
    }

    [Theory]
    [InlineData("rateLimits", "gold", "acr-standard or acr-premium")]
    [InlineData("rateLimitRead", "0", "from 1 to")]
    [InlineData("rateLimitToken", "99999999999", "from 1 to")]
    [InlineData("rateLimitAnonymous", "name", "registry or address")]
    [InlineData("failedSignInsName", "many", "or off")]
    [InlineData("audit", "pulls=off", "CLASS=off")]
    [InlineData("audit", "reads", "CLASS=off")]
    [InlineData("auditMode", "block", "drop or strict")]
    public async Task A_limit_that_makes_no_sense_is_refused(string member, string value, string message)
    {
        _line.Write("gantry.json", $$"""{"data":"d","{{member}}":"{{value}}"}""");
        var result = await _line.RunAsync("admin", "config", "verify", "--config", "gantry.json");
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Contains(message, result.Error);
    }

    [Fact]
    public void Settings_of_content_reach_the_registrys_rules()
    {
        var options = new GantryServerOptions { DataFolder = "d" };
        Assert.Equal((false, true, null), (options.Limits.Registry.AllowSparse, options.Limits.Registry.AllowDelete, options.Notice));
        foreach (var (name, value) in new[] { ("max-manifest-bytes", "8388608"), ("allow-sparse", "true"), ("no-delete", "true"), ("notice", "moved") })
            options = ServeSettings.All.Single(setting => setting.Name == name).Put(options, [value], name, path => path);
        var rules = options.Limits.Registry;
        Assert.Equal((8388608, true, false, "moved"), (rules.MaxManifestBytes, rules.AllowSparse, rules.AllowDelete, options.Notice));
    }

    [Fact]
    public async Task The_schema_knows_every_setting()
    {
        var schema = JsonNode.Parse(await _line.DoneAsync("admin", "config", "schema"))!;
        Assert.Equal("array", schema["properties"]!["listen"]!["type"]!.GetValue<string>());
        Assert.Equal("boolean", schema["properties"]!["tlsSelfSigned"]!["type"]!.GetValue<string>());
        Assert.Equal("integer", schema["properties"]!["maxBlobBytes"]!["type"]!.GetValue<string>());
    }
}
