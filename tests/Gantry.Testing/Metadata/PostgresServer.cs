using System.Diagnostics;
using Gantry.Server.Metadata.Postgres;
using Npgsql;

namespace Gantry.Testing.Metadata;

/// <summary>A PostgreSQL cluster in a temporary folder, made by <c>eng/postgres</c>. One that tests share is there for all of them; who stops or pauses a server has one of their own.</summary>
/// <remarks>A watching shell stops the cluster and removes its folder as soon as this process lets go of its input, however it ends.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartSharedAsync);
    private static readonly string Script = FindScript();

    private readonly string _folder;
    private readonly Process _watch;

    private PostgresServer(string folder, Process watch, PostgresAddress address) => (_folder, _watch, Address) = (folder, watch, address);

    /// <summary>The role that owns the database <c>gantry</c>.</summary>
    public PostgresAddress Address { get; }

    /// <summary>The one for all tests that do not stop it. It flushes nothing: none of them cuts the power.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-postgres-").FullName;
        // The server's user must reach its folder below this one.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var watch = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", """cat >/dev/null; "$0" down "$1"; rm -rf "$1" """, Script, folder]) { UseShellExecute = false, RedirectStandardInput = true })!;
        await RunAsync("up", folder);
        var url = (await File.ReadAllTextAsync(Path.Join(folder, "url"))).Trim();
        return PostgresAddress.TryParse(url, out var address, out var problem)
            ? new PostgresServer(folder, watch, address)
            : throw new InvalidOperationException($"eng/postgres gave an address that cannot be read: {problem}");
    }

    /// <summary>The address of a schema that nobody else has.</summary>
    public PostgresAddress NewSchema() => Address with { Schema = $"test_{Guid.NewGuid():N}", Readers = 2 };

    /// <summary>Removes a schema with all that is in it.</summary>
    public async Task DropAsync(PostgresAddress address) => await ExecuteAsync($"drop schema if exists {address.Schema} cascade");

    /// <summary>Runs a statement as the owner of the database, on a connection of its own.</summary>
    public async Task<object?> ExecuteAsync(string sql)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = Address.Hosts[0].Name,
            Port = Address.Hosts[0].Port,
            Username = Address.User,
            Password = Address.Password,
            Database = Address.Database,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Stops the server in order, or with <paramref name="crash"/> as a failing machine would, and starts it again.</summary>
    public async Task RestartAsync(bool crash)
    {
        await RunAsync(crash ? "crash" : "down", _folder);
        await RunAsync("up", _folder);
    }

    /// <summary>Stops every process of the server for a while, as an overloaded machine would.</summary>
    /// <param name="signal"><c>STOP</c> or <c>CONT</c>.</param>
    public async Task SignalAsync(string signal)
    {
        var postmaster = File.ReadLines(Path.Join(_folder, "data", "postmaster.pid")).First();
        // The postmaster's children lead process groups of their own.
        using var kill = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", """kill -"$0" "$1"; pgrep -P "$1" | xargs -r kill -"$0" """, signal, postmaster]))!;
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync();
        _watch.Dispose();
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await StartAsync();
        await server.ExecuteAsync("alter system set fsync = off");
        await server.ExecuteAsync("select pg_reload_conf()");
        return server;
    }

    private static async Task RunAsync(string verb, string folder)
    {
        // Its output goes nowhere: the server inherits it and would keep a pipe open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", """exec "$0" "$1" "$2" >/dev/null 2>"$2/eng.log" </dev/null""", Script, verb, folder]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"eng/postgres {verb} failed: {await File.ReadAllTextAsync(Path.Join(folder, "eng.log"))}");
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Gantry.slnx")))
                return Path.Join(folder.FullName, "eng", "postgres");
        }
        throw new InvalidOperationException("the tests run outside of the repository");
    }
}
