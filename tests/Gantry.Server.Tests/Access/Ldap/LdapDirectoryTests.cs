using System.Net;
using System.Net.Sockets;
using Gantry.Server.Access.Ldap;
using Gantry.Testing.Access;

namespace Gantry.Server.Tests.Access.Ldap;

/// <summary>Passwords that Debian's slapd knows.</summary>
public sealed class LdapDirectoryTests(LdapDirectoryTests.Slapd slapd) : IClassFixture<LdapDirectoryTests.Slapd>
{
    public enum Way
    {
        StartTls,
        Tls,
        Template,
    }

    private SlapdServer Server => slapd.Server;

    [Theory]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    [InlineData(Way.Template)]
    public async Task A_right_password_says_who_it_is_and_a_wrong_one_nothing(Way way)
    {
        await using var directory = Open(way);
        var ada = await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default);
        Assert.NotNull(ada);
        Assert.Equal("Ada Lovelace", ada.DisplayName);
        Assert.True(Guid.TryParse(ada.Subject, out _), ada.Subject);
        Assert.Equal(["developers", "releasers"], ada.Groups.Order(StringComparer.Ordinal));
        Assert.Equal("ldap", ada.Issuer);
        Assert.Equal(["developers"], (await directory.VerifyAsync("bob", SlapdServer.BobPassword, default))?.Groups);
        // The same person however the name is typed.
        Assert.Equal(ada.Subject, (await directory.VerifyAsync("ADA", SlapdServer.AdaPassword, default))?.Subject);

        foreach (var (name, password) in ((string, string)[])[("ada", SlapdServer.BobPassword), ("bob", SlapdServer.AdaPassword), ("nobody", SlapdServer.AdaPassword), ("ada", "x"), ("", SlapdServer.AdaPassword), ("service", SlapdServer.ServicePassword), ("admin", "admin-password")])
            Assert.Null(await directory.VerifyAsync(name, password, default));
        // And the connections are as good as before.
        Assert.NotNull(await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default));
    }

    [Theory]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    [InlineData(Way.Template)]
    public async Task An_empty_password_signs_nobody_in(Way way)
    {
        // The directory itself takes it, as nobody: that is the trap.
        Assert.Contains("anonymous", await Server.WhoAmIAsync($"uid=ada,ou=people,{SlapdServer.Base}", ""), StringComparison.Ordinal);
        await using var directory = Open(way);
        Assert.Null(await directory.VerifyAsync("ada", "", default));
        var connection = await LdapConnection.OpenAsync(LdapAddress.TryParse(Server.TlsUrl)!, Server.Options with { Url = Server.TlsUrl }, Roots(), TimeProvider.System, default);
        await using var _ = connection;
        await Assert.ThrowsAsync<ArgumentException>(async () => await connection.BindAsync($"uid=ada,ou=people,{SlapdServer.Base}", "", default));
    }

    [Theory]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    [InlineData(Way.Template)]
    public async Task What_is_typed_is_never_syntax(Way way)
    {
        await using var directory = Open(way);
        foreach (var name in new[] { "*", "a*", "ada)(uid=*", "*)(|(uid=*", "ada)(|(objectClass=*", "ada\\2a", "ada,ou=people,dc=example,dc=org", "ada+cn=Ada Lovelace", "\0", "ada\0", "#ada", "ada\\", "\"ada\"", "ad\\61", "{0}", "{1}", "=", "<>;", "é", new string('a', 10_000) })
            Assert.Null(await directory.VerifyAsync(name, SlapdServer.AdaPassword, default));
        Assert.NotNull(await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default));
    }

    [Fact]
    public async Task A_name_of_two_people_is_nobodys()
    {
        await using var directory = Open(Way.StartTls);
        Assert.Null(await directory.VerifyAsync("twin", SlapdServer.BobPassword, default));
        // Nor of more than it is asked for: that is no failure of the directory, which would be told apart.
        await using var loose = new LdapDirectory(Server.Options with { UserFilter = "(|(uid={0})(objectClass=inetOrgPerson))" }, SlapdServer.ServicePassword, TimeProvider.System);
        Assert.Null(await loose.VerifyAsync("bob", SlapdServer.BobPassword, default));
    }

    [Fact]
    public async Task A_directory_that_went_away_and_came_back_is_asked_over_new_connections()
    {
        var server = await SlapdServer.StartAsync();
        await using var proxy = new Relay(server.Url);
        await using var directory = new LdapDirectory(server.Options with { Url = proxy.Url, MaxConnections = 2 }, SlapdServer.ServicePassword, TimeProvider.System);
        Assert.NotNull(await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default));
        proxy.CutAll();
        Assert.NotNull(await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default));
        await server.DisposeAsync();
        proxy.CutAll();
        await Assert.ThrowsAsync<LdapException>(async () => await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default));
    }

    [Fact]
    public async Task Many_sign_in_at_once_over_few_connections()
    {
        await using var directory = Open(Way.StartTls);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (i, await directory.VerifyAsync(i % 2 == 0 ? "ada" : "bob", i % 3 == 0 ? "wrong" : i % 2 == 0 ? SlapdServer.AdaPassword : SlapdServer.BobPassword, default))));
        foreach (var (i, identity) in answers)
            Assert.Equal(i % 3 == 0 ? null : i % 2 == 0 ? "Ada Lovelace" : "Bob", identity?.DisplayName);
    }

    [Fact]
    public async Task Nothing_is_said_to_a_directory_whose_certificate_is_not_trusted()
    {
        foreach (var options in new[] { Server.Options with { CaFile = null }, Server.Options with { CaFile = null, Url = Server.TlsUrl }, Server.Options with { Url = Server.TlsUrl.Replace("localhost", "127.0.0.1", StringComparison.Ordinal) } })
        {
            await using var directory = new LdapDirectory(options, SlapdServer.ServicePassword, TimeProvider.System);
            await Assert.ThrowsAsync<LdapException>(async () => await directory.VerifyAsync("ada", SlapdServer.AdaPassword, default));
        }
        await using var wrong = new LdapDirectory(Server.Options, "not-the-password", TimeProvider.System);
        await Assert.ThrowsAsync<LdapException>(async () => await wrong.VerifyAsync("ada", SlapdServer.AdaPassword, default));
    }

    [Fact]
    public async Task A_directory_that_says_nothing_or_nonsense_is_given_up()
    {
        foreach (var answer in new byte[]?[] { null, "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], [0x30, 0x80], [0x30, 0x03, 0x02, 0x01, 0x63] })
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var options = Server.Options with { Url = $"ldap://{listener.LocalEndpoint}", StartTls = false, CaFile = null, Patience = TimeSpan.FromMilliseconds(300) };
            await using var directory = new LdapDirectory(options, SlapdServer.ServicePassword, TimeProvider.System);
            var verdict = directory.VerifyAsync("ada", SlapdServer.AdaPassword, default).AsTask();
            using var peer = await listener.AcceptSocketAsync();
            if (answer is not null)
                await peer.SendAsync(answer);
            await Assert.ThrowsAsync<LdapException>(() => verdict);
        }
    }

    [Fact]
    public void Settings_that_would_send_passwords_in_the_clear_are_a_fault()
    {
        var good = Server.Options;
        Assert.Null(good.Fault());
        Assert.NotNull((good with { Url = "ldap://directory.example", StartTls = false }).Fault());
        Assert.Null((good with { Url = "ldap://directory.example" }).Fault());
        Assert.NotNull((good with { Url = "http://directory.example" }).Fault());
        Assert.NotNull((good with { UserBase = "" }).Fault());
        Assert.NotNull((good with { UserFilter = "(uid=*)" }).Fault());
        Assert.NotNull((good with { UserFilter = "(uid={0}" }).Fault());
        Assert.NotNull((good with { UserDn = "uid=x" }).Fault());
        Assert.NotNull((good with { BindPasswordFile = null }).Fault());
        Assert.Throws<ArgumentException>(() => new LdapDirectory(good, "", TimeProvider.System));
    }

    private LdapDirectory Open(Way way) => new(
        way switch
        {
            Way.Tls => Server.Options with { Url = Server.TlsUrl },
            Way.Template => Server.Options with { UserDn = "uid={0},ou=people," + SlapdServer.Base, BindDn = "", BindPasswordFile = null },
            _ => Server.Options,
        },
        way == Way.Template ? "" : SlapdServer.ServicePassword, TimeProvider.System);

    private System.Security.Cryptography.X509Certificates.X509Certificate2Collection Roots()
    {
        var roots = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        roots.ImportFromPemFile(Server.CaFile);
        return roots;
    }

    public sealed class Slapd : IAsyncLifetime
    {
        public SlapdServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await SlapdServer.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    /// <summary>Passes bytes on, and cuts every connection when told to.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly System.Collections.Concurrent.ConcurrentBag<TcpClient> _clients = [];
        private readonly Task _accepting;

        public Relay(string target)
        {
            _listener.Start();
            _accepting = AcceptAsync(new Uri(target).Port);
        }

        // The certificate is for this name.
        public string Url => $"ldap://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public void CutAll()
        {
            while (_clients.TryTake(out var client))
                client.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            CutAll();
            await _accepting;
        }

        private async Task AcceptAsync(int port)
        {
            try
            {
                while (true)
                {
                    var near = await _listener.AcceptTcpClientAsync();
                    var far = new TcpClient();
                    _clients.Add(near);
                    _clients.Add(far);
                    _ = JoinAsync(near, far, port);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private static async Task JoinAsync(TcpClient near, TcpClient far, int port)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
            near.Dispose();
            far.Dispose();
        }
    }
}
