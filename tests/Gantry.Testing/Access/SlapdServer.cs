using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gantry.Server.Access.Ldap;
using Gantry.Testing.Http;

namespace Gantry.Testing.Access;

/// <summary>Debian's slapd on free ports of loopback, with a handful of people: ada and bob below ou=people, groups below ou=groups.</summary>
/// <remarks>It allows a bind with an empty password, as badly kept directories do: whoever takes that for a sign-in fails the tests.</remarks>
public sealed class SlapdServer : IAsyncDisposable
{
    public const string Base = "dc=example,dc=org";
    public const string ServiceDn = "cn=service," + Base;
    public const string ServicePassword = "service-password";
    public const string AdaPassword = "ada's password: é, *()\\";
    public const string BobPassword = "bob-password";

    private const string AdminDn = "cn=admin," + Base;
    private const string AdminPassword = "admin-password";

    private readonly TemporaryFolder _folder;
    private readonly TestCertificates _authority;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Task _reading;

    private SlapdServer(TemporaryFolder folder, TestCertificates authority, Process process, int port, int tlsPort)
    {
        (_folder, _authority, _process) = (folder, authority, process);
        Url = string.Create(CultureInfo.InvariantCulture, $"ldap://localhost:{port}");
        TlsUrl = string.Create(CultureInfo.InvariantCulture, $"ldaps://localhost:{tlsPort}");
        _reading = ReadLogAsync();
    }

    public string Url { get; }

    public string TlsUrl { get; }

    public int Process => _process.Id;

    public string CaFile => _folder.Join("ca.pem");

    /// <summary>Settings that look people up with the service account, over StartTLS.</summary>
    public LdapOptions Options => new()
    {
        Url = Url, CaFile = CaFile, BindDn = ServiceDn, BindPasswordFile = _folder.Join("service-password"), UserBase = "ou=people," + Base, GroupBase = "ou=groups," + Base,
    };

    public static async Task<SlapdServer> StartAsync()
    {
        var folder = new TemporaryFolder();
        var authority = new TestCertificates();
        await WriteAsync(folder, authority);
        await RunAsync("/usr/sbin/slapadd", ["-f", folder.Join("slapd.conf"), "-l", folder.Join("people.ldif")], "");
        var (port, tlsPort) = FreePorts();
        var start = new ProcessStartInfo("/usr/sbin/slapd") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-f", folder.Join("slapd.conf"), "-h", string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tlsPort}/"), "-d", "stats" })
            start.ArgumentList.Add(argument);
        var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException("slapd did not start");
        var server = new SlapdServer(folder, authority, process, port, tlsPort);
        for (var tries = 0; !await AnswersAsync(port); tries++)
        {
            if (process.HasExited || tries == 200)
                throw new InvalidOperationException($"slapd does not answer: {string.Join('\n', server._log)}");
            await Task.Delay(50);
        }
        return server;
    }

    /// <summary>Changes the directory by an LDIF of changes.</summary>
    public Task ModifyAsync(string changes) => RunAsync("ldapmodify", ["-x", "-H", Url, "-D", AdminDn, "-w", AdminPassword], changes);

    /// <summary>What the directory's own client says of a bind; for an empty password "anonymous".</summary>
    public Task<string> WhoAmIAsync(string dn, string password) => RunAsync("ldapwhoami", ["-x", "-H", Url, "-D", dn, "-w", password], "");

    /// <summary>The DNs of people with whose passwords it was asked so far, known and unknown ones.</summary>
    public async Task<IReadOnlyList<string>> BindsAsync()
    {
        // slapd writes a line before it answers, so all that went before stands before this one's.
        var fence = $"cn=fence-{Guid.NewGuid():N},{Base}";
        try
        {
            await WhoAmIAsync(fence, "x");
        }
        catch (InvalidOperationException)
        {
            // Nobody is called so.
        }
        for (var tries = 0; !_log.Any(line => line.Contains(fence, StringComparison.Ordinal)); tries++)
        {
            if (tries == 200)
                throw new InvalidOperationException("slapd logs no binds");
            await Task.Delay(50);
        }
        return [.. _log.TakeWhile(line => !line.Contains(fence, StringComparison.Ordinal)).Where(line => line.Contains(" method=128", StringComparison.Ordinal))
            .Select(line => line.Split('"')[1]).Where(dn => dn != ServiceDn && dn != AdminDn && !dn.StartsWith("cn=fence-", StringComparison.Ordinal))];
    }

    /// <summary>Kills it; nothing answers at its ports from then on.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _reading;
        _process.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task ReadLogAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }

    private static async Task WriteAsync(TemporaryFolder folder, TestCertificates authority)
    {
        Directory.CreateDirectory(folder.Join("data"));
        using var certificate = authority.Issue("localhost");
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(folder.Join("ca.pem"), authority.Pem);
        await File.WriteAllTextAsync(folder.Join("server.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.Join("server.key"), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(folder.Join("service-password"), ServicePassword + "\n");
        await File.WriteAllTextAsync(folder.Join("slapd.conf"), $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            include /etc/ldap/schema/nis.schema
            pidfile {folder.Join("slapd.pid")}
            modulepath /usr/lib/ldap
            moduleload back_mdb
            allow bind_anon_dn
            TLSCACertificateFile {folder.Join("ca.pem")}
            TLSCertificateFile {folder.Join("server.pem")}
            TLSCertificateKeyFile {folder.Join("server.key")}
            database mdb
            maxsize 10485760
            suffix "{Base}"
            directory {folder.Join("data")}
            rootdn "{AdminDn}"
            rootpw {AdminPassword}
            access to attrs=userPassword by anonymous auth by * none
            access to * by users read by * none
            """);
        await File.WriteAllTextAsync(folder.Join("people.ldif"), $"""
            dn: {Base}
            objectClass: dcObject
            objectClass: organization
            o: Example
            dc: example

            dn: ou=people,{Base}
            objectClass: organizationalUnit
            ou: people

            dn: ou=groups,{Base}
            objectClass: organizationalUnit
            ou: groups

            dn: {ServiceDn}
            objectClass: organizationalRole
            objectClass: simpleSecurityObject
            cn: service
            userPassword: {ServicePassword}

            dn: uid=ada,ou=people,{Base}
            objectClass: inetOrgPerson
            uid: ada
            cn: Ada Lovelace
            sn: Lovelace
            userPassword:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(AdaPassword))}

            dn: uid=bob,ou=people,{Base}
            objectClass: inetOrgPerson
            uid: bob
            uid: twin
            cn: Bob
            sn: B
            userPassword: {BobPassword}

            dn: uid=twin,ou=people,{Base}
            objectClass: inetOrgPerson
            uid: twin
            cn: Twin
            sn: T
            userPassword: {BobPassword}

            dn: cn=developers,ou=groups,{Base}
            objectClass: groupOfNames
            cn: developers
            member: uid=ada,ou=people,{Base}
            member: uid=bob,ou=people,{Base}

            dn: cn=releasers,ou=groups,{Base}
            objectClass: posixGroup
            cn: releasers
            gidNumber: 7
            memberUid: ada

            """);
    }

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var (output, complaints) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program}: {await complaints}");
    }
}
