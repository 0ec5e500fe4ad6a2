using System.Runtime.Versioning;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;
using Gantry.Testing;

namespace Gantry.Client.Tests.Remote.Credentials;

/// <summary>Real helper programs: small scripts, which Windows cannot start.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CredentialHelperTests : IDisposable
{
    private static readonly RegistryName Registry = RegistryName.Parse("registry.test:5000");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Install(string name, string script)
    {
        var path = _folder.Join($"docker-credential-{name}");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private DockerConfig Open(string json)
    {
        File.WriteAllText(_folder.Join("config.json"), json);
        return DockerConfig.Open([_folder.Join("config.json")], _folder.Path);
    }

    /// <summary>Keeps what it is given in a file.</summary>
    private string Keeper => $"""
        case "$1" in
        store) cat > '{_folder.Join("kept")}' ;;
        erase) cat > /dev/null; rm '{_folder.Join("kept")}' ;;
        get) cat > /dev/null; [ -f '{_folder.Join("kept")}' ] && cat '{_folder.Join("kept")}' || {"{"} echo 'credentials not found in native keychain'; exit 1; {"}"} ;;
        esac
        """;

    [Fact]
    public async Task A_helper_keeps_passwords_and_identity_tokens()
    {
        Install("keeper", Keeper);
        var config = Open("""{"credsStore":"keeper"}""");
        Assert.Null(await config.FindAsync(Registry));

        await config.StoreAsync(Registry, Wire.Alice);
        Assert.Equal("""{"ServerURL":"registry.test:5000","Username":"alice","Secret":"s3cret-of-alice"}""", await File.ReadAllTextAsync(_folder.Join("kept")));
        Assert.Equal(Wire.Alice, await config.FindAsync(Registry));

        await config.StoreAsync(Registry, new Credential { RefreshToken = "r" });
        Assert.Equal(new Credential { RefreshToken = "r" }, await config.FindAsync(Registry));

        await config.EraseAsync(Registry);
        Assert.Null(await config.FindAsync(Registry));
        Assert.Equal("""{"credsStore":"keeper"}""", await File.ReadAllTextAsync(config.FilePath));
    }

    [Fact]
    public async Task The_registrys_own_helper_is_asked_before_the_store_and_the_file()
    {
        Install("own", """cat > /dev/null; echo '{"Username":"own","Secret":"x"}'""");
        Install("store", """cat > /dev/null; echo '{"Username":"store","Secret":"x"}'""");
        var config = Open("""{"credHelpers":{"registry.test:5000":"own"},"credsStore":"store","auths":{"registry.test:5000":{"username":"file","password":"x"}}}""");
        Assert.Equal("own", (await config.FindAsync(Registry))?.Username);
        Assert.Equal("store", (await config.FindAsync(RegistryName.Parse("other.test")))?.Username);
    }

    [Fact]
    public async Task A_store_that_does_not_know_leaves_the_word_to_the_file()
    {
        Install("keeper", Keeper);
        var config = Open("""{"credsStore":"keeper","auths":{"registry.test:5000":{"username":"file","password":"x"}}}""");
        Assert.Equal("file", (await config.FindAsync(Registry))?.Username);
    }

    [Theory]
    [InlineData("echo 'the vault is sealed'; exit 3", "the vault is sealed")]
    [InlineData("echo 'no json, but secret-value'", "not a credential")]
    [InlineData("head -c 100000 /dev/zero", "more than")]
    public async Task A_failing_helper_is_named_with_the_registry(string script, string says)
    {
        Install("bad", $"cat > /dev/null; {script}");
        var failure = await Assert.ThrowsAsync<CredentialException>(() => Open("""{"credsStore":"bad"}""").FindAsync(Registry).AsTask());
        Assert.Contains("docker-credential-bad", failure.Message, StringComparison.Ordinal);
        Assert.Contains("registry.test:5000", failure.Message, StringComparison.Ordinal);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-value", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_repeats_the_secret_does_not_get_it_into_the_error()
    {
        Install("bad", "cat; exit 1");
        var failure = await Assert.ThrowsAsync<CredentialException>(() => Open("""{"credsStore":"bad"}""").StoreAsync(Registry, Wire.Alice).AsTask());
        Assert.DoesNotContain(Wire.Alice.Password, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("a/b")]
    public async Task A_helpers_name_cannot_be_a_path_or_a_command(string name)
    {
        var config = Open($$"""{"credsStore":"{{name}}"}""");
        await Assert.ThrowsAsync<FormatException>(() => config.FindAsync(Registry).AsTask());
    }

    [Fact]
    public async Task A_helper_is_not_taken_from_the_current_folder()
    {
        Install("here", """echo '{"Username":"evil","Secret":"x"}'""");
        await File.WriteAllTextAsync(_folder.Join("config.json"), """{"credsStore":"here"}""");
        var config = DockerConfig.Open([_folder.Join("config.json")], $".{Path.PathSeparator}{Path.PathSeparator}relative");
        await Assert.ThrowsAsync<CredentialException>(() => config.FindAsync(Registry).AsTask());
    }
}
