using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gantry.EndToEnd.Clients;

/// <summary>Debian's slapd on a free port of loopback, with StartTLS: ada, who is a developer, and a service account that looks people up.</summary>
internal sealed class OutsideDirectory : IAsyncDisposable
{
    public const string AdaPassword = "ada's password: é, *()\\";

    private const string Base = "dc=example,dc=org";

    private readonly Process _process;

    private OutsideDirectory(Process process, IReadOnlyList<string> settings) => (_process, Settings) = (process, settings);

    /// <summary>Flags of <c>serve</c> that name it.</summary>
    public IReadOnlyList<string> Settings { get; }

    public static async Task<OutsideDirectory> StartAsync(string folder)
    {
        var authority = new Authority(folder);
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        var password = Path.Combine(folder, "bind-password");
        await File.WriteAllTextAsync(password, "service-password\n");
        var settings = await WriteAsync(folder, authority);
        (await Tool.RunAsync("/usr/sbin/slapadd", ["-f", settings, "-l", Path.Combine(folder, "people.ldif")], new ToolSetting { Folder = folder })).MustSucceed();
        var port = FreePort();
        var process = Tool.Start("/usr/sbin/slapd", ["-f", settings, "-h", string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{port}/"), "-d", "0"], new ToolSetting { Folder = folder });
        var directory = new OutsideDirectory(process,
        [
            "--ldap-url", string.Create(CultureInfo.InvariantCulture, $"ldap://localhost:{port}"), "--ldap-ca-file", authority.RootFile,
            "--ldap-bind-dn", $"cn=service,{Base}", "--ldap-bind-password-file", password,
            "--ldap-user-base", $"ou=people,{Base}", "--ldap-group-base", $"ou=groups,{Base}",
        ]);
        for (var tries = 0; !await AnswersAsync(port); tries++)
        {
            if (process.HasExited || tries == 200)
                throw new InvalidOperationException("slapd does not answer");
            await Task.Delay(50);
        }
        return directory;
    }

    public async Task StopAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static async Task<string> WriteAsync(string folder, Authority authority)
    {
        var settings = Path.Combine(folder, "slapd.conf");
        await File.WriteAllTextAsync(settings, $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            pidfile {Path.Combine(folder, "slapd.pid")}
            modulepath /usr/lib/ldap
            moduleload back_mdb
            TLSCACertificateFile {authority.RootFile}
            TLSCertificateFile {authority.CertificateFile}
            TLSCertificateKeyFile {authority.KeyFile}
            security simple_bind=128
            database mdb
            maxsize 10485760
            suffix "{Base}"
            directory {Path.Combine(folder, "data")}
            access to attrs=userPassword by anonymous auth by * none
            access to * by users read by * none
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "people.ldif"), $"""
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

            dn: cn=service,{Base}
            objectClass: organizationalRole
            objectClass: simpleSecurityObject
            cn: service
            userPassword: service-password

            dn: uid=ada,ou=people,{Base}
            objectClass: inetOrgPerson
            uid: ada
            cn: Ada Lovelace
            sn: Lovelace
            userPassword:: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(AdaPassword))}

            dn: cn=developers,ou=groups,{Base}
            objectClass: groupOfNames
            cn: developers
            member: uid=ada,ou=people,{Base}

            """);
        return settings;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
}
