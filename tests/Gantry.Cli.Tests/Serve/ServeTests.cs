using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gantry.Protocol;

namespace Gantry.Cli.Tests.Serve;

public sealed class ServeTests : IDisposable
{
    private readonly CommandLine _line = new() { Name = "gantry" };

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task It_tells_the_owner_once_listens_and_ends_well_when_it_is_told_to_stop()
    {
        var first = await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--name", "myregistry");
        Assert.Equal(ExitCode.Done, first.Exit);
        Assert.Contains("SQLite", first.Output);
        Assert.Contains("  appId:    ", first.Output);
        Assert.Contains("  password: ", first.Output);
        Assert.Contains("Listening on http://localhost:", first.Output);
        Assert.DoesNotContain("password", first.Error);

        var second = await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--name", "myregistry");
        Assert.DoesNotContain("appId", second.Output);
    }

    [Fact]
    public async Task The_credentials_file_is_written_for_its_owner_alone_and_nothing_is_printed()
    {
        var result = await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--credentials-file", "owner.json");
        var credentials = JsonSerializer.Deserialize(_line.Read("owner.json"), WireJson.Wire.PrincipalCredentials)!;
        Assert.DoesNotContain(credentials.Password, result.Output + result.Error);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Join(_line.Folder, "owner.json")));
    }

    [Fact]
    public async Task Each_address_is_announced_and_a_certificate_of_its_own_is_warned_of()
    {
        var result = await ServeAsync("--data", "data", "--tls-self-signed", "--listen", "http://localhost:0", "--listen", "https://127.0.0.1:0=other123");
        Assert.Contains("Listening on http://localhost:", result.Output);
        Assert.Contains("Listening on https://127.0.0.1:", result.Output);
        Assert.Contains("The owner of registry other123", result.Output);
        Assert.Contains("self-signed", result.Error);
        Assert.Contains("made a new certificate, good until 2027-01-01", result.Error);
    }

    [Fact]
    public async Task TLS_at_localhost_is_meant_by_a_flag_about_certificates_and_advised_without_one()
    {
        var registry = await Gantry.Testing.RegistryInProcess.StartAsync(options => options with { Listen = [new Gantry.Server.Hosting.ListenAddress(Secure: true, "localhost", Port: 0, Registry: null)], Tls = new Gantry.Server.Hosting.TlsOptions { SelfSigned = true } });
        await using (registry)
        {
            string[] login = ["login", registry.LoginServer, "-u", registry.Owner.AppId, "-p", registry.Owner.Password];
            var plain = await _line.RunAsync(login);
            Assert.Equal(ExitCode.Network, plain.Exit);
            Assert.Contains("add `--plain-http=false`", plain.Error);
            await _line.DoneAsync([.. login, "--plain-http=false", "--insecure"]);
            await _line.DoneAsync([.. login, "--insecure"]);
            Assert.Equal(ExitCode.Network, (await _line.RunAsAsync("oras", [.. login, "--insecure"])).Exit);
            await _line.DoneAsync("admin", "principal", "list", "--server", registry.LoginServer, "--insecure");
        }
    }

    [Fact]
    public async Task Development_mode_is_warned_of() =>
        Assert.Contains("WARNING: development mode", (await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--dev")).Error);

    [Fact]
    public async Task A_port_in_use_is_a_conflict_that_names_the_address()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var result = await ServeAsync("--data", "data", "--listen", $"http://127.0.0.1:{port}");
        Assert.Equal(ExitCode.Conflict, result.Exit);
        Assert.Contains(port.ToString(), result.Error);
        Assert.Contains("--listen", result.Error);
        Assert.DoesNotContain("Microsoft.Extensions", result.Error);

        other.Stop();
        Assert.Contains("  password: ", (await ServeAsync("--data", "data", "--listen", "http://127.0.0.1:0")).Output);
    }

    [Fact]
    public async Task A_further_owner_is_told_once()
    {
        await ServeAsync("--data", "data", "--listen", "http://localhost:0");
        Assert.Contains("  password: ", (await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--new-owner")).Output);
        Assert.DoesNotContain("password", (await ServeAsync("--data", "data", "--listen", "http://localhost:0")).Output);
    }

    [Fact]
    public async Task A_registry_that_a_start_made_by_mistake_is_seen()
    {
        await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--name", "myregistry");
        var typo = await ServeAsync("--data", "data", "--listen", "http://localhost:0", "--name", "myregisty");
        Assert.Contains("Made the registry myregisty", typo.Output);
        Assert.Contains("WARNING: this folder also has the registries myregistry,", typo.Error);
    }

    [Fact]
    public async Task A_misspelt_variable_is_warned_of()
    {
        _line.Set("GANTRY_DOMIAN", "acr.test");
        _line.Set("GANTRY_SERVER", "http://localhost:5000");
        _line.Set("GANTRY_PORT_5000_TCP", "tcp://10.0.0.1:5000");
        var result = await ServeAsync("--data", "data", "--listen", "http://localhost:0");
        Assert.Contains("WARNING: GANTRY_DOMIAN is no setting", result.Error);
        Assert.DoesNotContain("GANTRY_SERVER", result.Error);
        Assert.DoesNotContain("GANTRY_PORT", result.Error);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_a_conflict_that_names_the_folder()
    {
        string[] args = ["serve", "--data", "data", "--listen", "http://localhost:0"];
        CommandResult? second = null;
        await _line.RunUntilAsync("Listening on ", async () => second = await _line.RunAsync(args), args);
        Assert.Equal(ExitCode.Conflict, second!.Exit);
        Assert.Contains(Path.Join(_line.Folder, "data"), second.Error);
    }

    [Theory]
    [InlineData("data", "--listen", "http://localhost:0")]
    [InlineData("cannot use the certificate", "--data", "data", "--listen", "https://localhost:0", "--tls-cert", "artifact.txt", "--tls-key", "artifact.txt")]
    [InlineData("write allow or require", "--data", "data", "--tls-client-auth", "maybe")]
    [InlineData("write http-01 or tls-alpn-01", "--data", "data", "--acme-challenge", "dns-01")]
    [InlineData("write https://HOST/PATH", "--data", "data", "--acme-directory", "http://acme.example/dir")]
    [InlineData("neither an address nor a range", "--data", "data", "--trusted-proxy", "proxy.example")]
    [InlineData("is everybody: name the proxies", "--data", "data", "--trusted-proxy", "0.0.0.0/0")]
    [InlineData("cannot use the clients' authorities", "--data", "data", "--listen", "https://localhost:0", "--tls-self-signed", "--tls-client-ca", "artifact.txt")]
    [InlineData("https address needs a certificate", "--data", "data", "--listen", "https://localhost:0")]
    [InlineData("--insecure-listen", "--data", "data", "--listen", "http://0.0.0.0:0")]
    [InlineData("loopback", "--data", "data", "--listen", "http://0.0.0.0:0", "--dev")]
    [InlineData("--listen: \"localhost:5000\" is no address", "--data", "data", "--listen", "localhost:5000")]
    [InlineData("--listen: \"http://localhost:65536\" is no address", "--data", "data", "--listen", "http://localhost:65536")]
    [InlineData("--notice: the notice cannot be sent", "--data", "data", "--notice", "two\nlines")]
    [InlineData("--max-manifest-bytes: 2147483648 is more than 2147483647", "--data", "data", "--max-manifest-bytes", "2147483648")]
    [InlineData("--drain-timeout: \"soon\"", "--data", "data", "--drain-timeout", "soon")]
    [InlineData("5 to 50", "--data", "data", "--name", "x")]
    public async Task Settings_that_make_no_sense_are_usage_errors(string message, params string[] args)
    {
        var result = await ServeAsync(args);
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Contains(message, result.Error);
        Assert.Equal("", result.Output);
    }

    private Task<CommandResult> ServeAsync(params string[] args) => _line.RunUntilAsync("Listening on ", () => Task.CompletedTask, ["serve", .. args]);
}
