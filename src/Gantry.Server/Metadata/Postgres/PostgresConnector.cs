using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>Opens connections to the server that takes writes, with the settings that keep a silent node from holding up the others.</summary>
internal sealed class PostgresConnector : IDisposable
{
    // Server 14 brought client_connection_check_interval.
    private const int OldestServer = 14;

    private const int TransactionTimeoutServer = 17;

    private readonly PostgresAddress _address;
    private readonly PostgresTimes _times;
    private readonly NpgsqlDataSource[] _hosts;
    private readonly long _writersLock;
    private volatile int _last;
    private long _opened;

    public PostgresConnector(PostgresAddress address, PostgresTimes times)
    {
        (_address, _times) = (address, times);
        // Locks are numbers of the whole database; several registries may share one, each in its schema.
        _writersLock = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"gantry writers of {address.Schema}")));
        _hosts = [.. address.Hosts.Select(CreateSource)];
    }

    public PostgresAddress Address => _address;

    public PostgresTimes Times => _times;

    /// <summary>How long work may wait before it is begun. Without retries it still waits for an answer that is due to what came before it.</summary>
    public TimeSpan Patience => _address.RetryFor > _times.Answer ? _address.RetryFor : _times.Answer;

    /// <summary>A new connection. The host that answered last is asked first.</summary>
    /// <param name="readOnly">Whether it refuses to write.</param>
    public PostgresSession Open(bool readOnly)
    {
        var first = _last;
        for (var i = 0; ; i++)
        {
            var host = (first + i) % _hosts.Length;
            try
            {
                var session = Open(_hosts[host], readOnly);
                _last = host;
                return session;
            }
            catch (Exception e) when (PostgresFailure.IsPassing(e) && i + 1 < _hosts.Length)
            {
                // The next one may be the primary.
            }
        }
    }

    public void Dispose()
    {
        foreach (var host in _hosts)
            host.Dispose();
    }

    private PostgresSession Open(NpgsqlDataSource host, bool readOnly)
    {
        var connection = host.OpenConnection();
        try
        {
            Settle(connection, readOnly);
            return new PostgresSession(connection, readOnly, _writersLock, _times.Silence) { Generation = Interlocked.Increment(ref _opened) };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Settle(NpgsqlConnection connection, bool readOnly)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw new InvalidOperationException($"the database is PostgreSQL {connection.PostgreSqlVersion}; {OldestServer} or newer is needed");
        (string Name, string Value)[] settings =
        [
            ("search_path", _address.Schema),
            ("default_transaction_isolation", "read committed"),
            ("default_transaction_read_only", readOnly ? "on" : "off"),
            ("idle_in_transaction_session_timeout", Milliseconds(_times.Idle)),
            ("statement_timeout", Milliseconds(_times.Statement)),
            ("lock_timeout", Milliseconds(_times.Lock)),
            ("tcp_user_timeout", Milliseconds(_times.Unacknowledged)),
            ("tcp_keepalives_idle", "2"),
            ("tcp_keepalives_interval", "1"),
            ("tcp_keepalives_count", "3"),
            ("client_connection_check_interval", "2000"),
            // The answer to a commit says that it is on disk, whatever the server's own default is.
            ("synchronous_commit", "on"),
            // What bounds a transaction is above; that of a role or a database would end every snapshot of some size.
            .. connection.PostgreSqlVersion.Major >= TransactionTimeoutServer ? (ReadOnlySpan<(string, string)>)[("transaction_timeout", "0")] : [],
        ];
        using var command = connection.CreateCommand();
        // The names and values are ours; those of the address were checked when it was read.
        command.CommandText = $"select pg_is_in_recovery(), {string.Join(", ", settings.Select(setting => $"set_config('{setting.Name}', '{setting.Value}', false)"))}";
        using var reader = command.ExecuteReader();
        if (reader.Read() && reader.GetBoolean(0))
            throw new NpgsqlException($"{connection.Host}:{connection.Port} is a standby, which takes no writes");
    }

    private NpgsqlDataSource CreateSource(PostgresHost host)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = host.Name,
            Port = host.Port,
            Username = _address.User,
            Database = _address.Database,
            SslMode = _address.SslMode,
            RootCertificate = _address.RootCertificate,
            GssEncryptionMode = GssEncryptionMode.Disable,
            ApplicationName = "gantry",
            Pooling = false,
            Enlist = false,
            Multiplexing = false,
            Timeout = Seconds(_times.Connect),
            CommandTimeout = Seconds(_times.Answer),
            // An answer that does not come is not waited for a second time.
            CancellationTimeout = -1,
            TcpKeepAlive = true,
            MaxAutoPrepare = 500,
            AutoPrepareMinUsages = 2,
        };
        // The slim builder leaves out the types that nobody uses here, and with them what trimming cannot see through.
        var builder = new NpgsqlSlimDataSourceBuilder(text.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        if (_address.PasswordFile is { } file)
            builder.UsePasswordProvider(_ => ReadPassword(file), (_, _) => new ValueTask<string>(ReadPassword(file)));
        else if (_address.Password is { } password)
            builder.ConnectionStringBuilder.Password = password;
        return builder.Build();
    }

    private static string ReadPassword(string file)
    {
        using var reader = new StreamReader(file);
        return reader.ReadLine() is { Length: > 0 } password ? password : throw new InvalidOperationException($"the password file {file} begins with an empty line");
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
