using System.Text;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;
using Gantry.Testing;

namespace Gantry.Client.Tests.Remote.Credentials;

public sealed class DockerConfigTests : IDisposable
{
    private static readonly RegistryName Registry = RegistryName.Parse("registry.test:5000");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private DockerConfig Open(string json, string name = "config.json")
    {
        File.WriteAllText(_folder.Join(name), json);
        return DockerConfig.Open(_folder.Join(name));
    }

    private static string Auths(string key, string pair) => "{\"auths\":{\"" + key + "\":{\"auth\":\"" + Auth(pair) + "\"}}}";

    private static string Auth(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("registry.test:5000")]
    [InlineData("https://registry.test:5000")]
    [InlineData("http://registry.test:5000/")]
    [InlineData("https://registry.test:5000/v2/anything")]
    [InlineData("registry.test:5000/v1/")]
    public async Task Every_spelling_of_the_registry_is_found(string key)
    {
        var config = Open(Auths(key, "alice:pass:word"));
        var found = await config.FindAsync(Registry);
        Assert.Equal("alice", found?.Username);
        Assert.Equal("pass:word", found?.Password);
    }

    [Theory]
    [InlineData("registry.test")]
    [InlineData("registry.test:5001")]
    [InlineData("registry.test:5000/namespace")]
    [InlineData("evil.test/registry.test:5000")]
    [InlineData("registry.test:5000.evil.test")]
    public async Task Another_registry_is_not_ours(string key)
    {
        var config = Open(Auths(key, "alice:secret"));
        Assert.Null(await config.FindAsync(Registry));
    }

    [Theory]
    [InlineData("docker.io")]
    [InlineData("registry-1.docker.io")]
    [InlineData("index.docker.io")]
    public async Task Docker_hub_has_one_key_under_all_its_names(string name)
    {
        var config = Open(Auths("https://index.docker.io/v1/", "alice:x"));
        Assert.Equal("alice", (await config.FindAsync(RegistryName.Parse(name)))?.Username);
        await config.StoreAsync(RegistryName.Parse(name), Wire.Alice);
        Assert.Contains("\"https://index.docker.io/v1/\"", File.ReadAllText(config.FilePath), StringComparison.Ordinal);
        await config.EraseAsync(RegistryName.Parse(name));
        Assert.Null(await config.FindAsync(RegistryName.Parse("docker.io")));
    }

    [Fact]
    public async Task All_forms_of_an_entry_are_read()
    {
        var config = Open("""{"auths":{"a":{"username":"u","password":"p"},"b":{"identitytoken":"i"},"c":{"registrytoken":"r"},"d":{}}}""");
        Assert.Equal(new Credential { Username = "u", Password = "p" }, await config.FindAsync(RegistryName.Parse("a")));
        Assert.Equal(new Credential { RefreshToken = "i" }, await config.FindAsync(RegistryName.Parse("b")));
        Assert.Equal(new Credential { AccessToken = "r" }, await config.FindAsync(RegistryName.Parse("c")));
        Assert.Null(await config.FindAsync(RegistryName.Parse("d")));
    }

    [Fact]
    public async Task A_stored_credential_leaves_everything_else_as_it_was()
    {
        var config = Open("""{"HttpHeaders":{"X":"<&>"},"auths":{"old.test":{"auth":"b2xkOm9sZA==","x":1.50},"https://registry.test:5000":{"email":"a@b"}},"plugins":[1,{"k":null}]}""");

        await config.StoreAsync(Registry, new Credential { Username = "alice", Password = "secret" });

        Assert.Equal(
            "{\n\t\"HttpHeaders\": {\n\t\t\"X\": \"<&>\"\n\t},\n\t\"auths\": {\n\t\t\"old.test\": {\n\t\t\t\"auth\": \"b2xkOm9sZA==\",\n\t\t\t\"x\": 1.50\n\t\t},\n"
            + "\t\t\"registry.test:5000\": {\n\t\t\t\"auth\": \"YWxpY2U6c2VjcmV0\"\n\t\t}\n\t},\n\t\"plugins\": [\n\t\t1,\n\t\t{\n\t\t\t\"k\": null\n\t\t}\n\t]\n}",
            await File.ReadAllTextAsync(config.FilePath));
    }

    [Fact]
    public async Task A_new_file_is_private_and_round_trips_an_identity_token()
    {
        var config = DockerConfig.Open(_folder.Join("new/deeper/config.json"));
        var credential = new Credential { Username = "00000000-0000-0000-0000-000000000000", RefreshToken = "refresh" };

        await config.StoreAsync(Registry, credential);

        Assert.Equal(credential, await config.FindAsync(Registry));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config.FilePath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(config.FilePath)!));
        }
        Assert.Equal(["config.json", "config.json.lock"], Directory.GetFiles(Path.GetDirectoryName(config.FilePath)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Sign_ins_at_once_do_not_lose_each_other()
    {
        var path = _folder.Join("config.json");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(async () =>
            await DockerConfig.Open(path).StoreAsync(RegistryName.Parse($"r{number}.test"), Wire.Alice))));
        for (var number = 0; number < 20; number++)
            Assert.Equal(Wire.Alice, await DockerConfig.Open(path).FindAsync(RegistryName.Parse($"r{number}.test")));
    }

    [Fact]
    public async Task A_link_to_the_file_stays_a_link()
    {
        await File.WriteAllTextAsync(_folder.Join("real.json"), "{}");
        File.CreateSymbolicLink(_folder.Join("config.json"), _folder.Join("real.json"));
        await DockerConfig.Open(_folder.Join("config.json")).StoreAsync(Registry, Wire.Alice);
        Assert.NotNull(new FileInfo(_folder.Join("config.json")).LinkTarget);
        Assert.Contains("registry.test", await File.ReadAllTextAsync(_folder.Join("real.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_file_is_written_and_the_others_are_read_where_it_knows_nothing()
    {
        await File.WriteAllTextAsync(_folder.Join("second.json"), Auths("registry.test:5000", "second:x"));
        var config = DockerConfig.Open(_folder.Join("first.json"), _folder.Join("second.json"));
        Assert.Equal("second", (await config.FindAsync(Registry))?.Username);
        await config.StoreAsync(Registry, Wire.Alice);
        Assert.Equal("alice", (await config.FindAsync(Registry))?.Username);
        Assert.Contains(Auth("second:x"), await File.ReadAllTextAsync(_folder.Join("second.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"auths":[]}""")]
    [InlineData("""{"credHelpers":"x"}""")]
    [InlineData("""{"credsStore":1}""")]
    [InlineData("""{"auths":{},"auths":{}}""")]
    public void A_broken_file_is_named(string json)
    {
        var failure = Assert.Throws<FormatException>(() => Open(json));
        Assert.Contains(_folder.Join("config.json"), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"auths":{"registry.test:5000":{"auth":"secret-not-base64!"}}}""")]
    [InlineData("""{"auths":{"registry.test:5000":{"auth":"c2VjcmV0"}}}""")]
    [InlineData("""{"auths":{"registry.test:5000":"secret"}}""")]
    [InlineData("""{"auths":{"registry.test:5000":{"identitytoken":["secret"]}}}""")]
    public async Task A_broken_entry_is_told_without_its_value(string json)
    {
        var config = Open(json);
        var failure = await Assert.ThrowsAsync<FormatException>(() => config.FindAsync(Registry).AsTask());
        Assert.Contains("auths[registry.test:5000]", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_prints_nothing_of_its_secrets()
    {
        var credential = new Credential { Username = "u", Password = "secret-p", RefreshToken = "secret-r", AccessToken = "secret-a" };
        Assert.DoesNotContain("secret", credential.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_path_follows_the_environment()
    {
        Assert.Equal(Path.Combine("/cfg", "config.json"), DockerConfig.DefaultPath(name => name == "DOCKER_CONFIG" ? "/cfg" : null));
        if (!OperatingSystem.IsWindows())
            Assert.Equal("/me/.docker/config.json", DockerConfig.DefaultPath(name => name == "HOME" ? "/me" : null));
    }

    [Fact]
    public void Whatever_the_bytes_parsing_ends_in_a_config_or_a_format_error()
    {
        var dice = new Dice(20260102);
        var model = Encoding.UTF8.GetBytes("{\"credsStore\":\"\",\"credHelpers\":{\"a\":\"b\"}," + Auths("registry.test:5000", "u:p")[1..]);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])model.Clone();
            for (var change = 0; change <= dice.Next(4); change++)
                bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
            try
            {
                var content = DockerConfigContent.Parse("config.json", bytes.AsMemory(0, dice.Next(2) == 0 ? bytes.Length : dice.Next(bytes.Length)));
                content.Find(Registry);
                content.Helpers(Registry);
                content.Store(Registry, Wire.Alice);
                Assert.Equal(Wire.Alice, DockerConfigContent.Parse("config.json", content.ToJson()).Find(Registry));
            }
            catch (FormatException)
            {
                // The refusal that is expected.
            }
        }
    }
}
