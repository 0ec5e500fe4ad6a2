using Gantry.Server.Metadata.Sql;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>The metadata of one process, in one SQLite database with a write-ahead log.</summary>
public sealed class SqliteMetadataStore : SqlMetadataStore
{
    private const int ReaderCount = 8;

    private readonly Epochs _epochs = new();
    private readonly SqliteReaders _readers;
    private readonly SqliteWriter _writer;
    private readonly BlobHolds _holds;
    private int _disposed;

    private SqliteMetadataStore(string path, SqliteSession writer, TimeProvider time, int checkpointPages, Action<SqliteSession> commit, BlobHolds? holds)
    {
        _readers = new SqliteReaders(path, ReaderCount);
        var own = MemoryBlobHolds.Load(writer);
        _holds = holds ?? own;
        _writer = new SqliteWriter(writer, _epochs, time, checkpointPages, commit);
    }

    /// <summary>Opens the database, made and brought to the newest schema where needed. The caller holds the data folder's lock.</summary>
    /// <exception cref="InvalidOperationException">A newer program has written it.</exception>
    /// <exception cref="IOException">It cannot be opened, or its pages are broken.</exception>
    public static ValueTask<SqliteMetadataStore> OpenAsync(string path, TimeProvider time, CancellationToken ct) =>
        OpenAsync(path, time, SqliteWriter.DefaultCheckpointPages, ct);

    internal static ValueTask<SqliteMetadataStore> OpenAsync(string path, TimeProvider time, int checkpointPages, CancellationToken ct) =>
        OpenAsync(path, time, checkpointPages, SqliteWriter.Commit, ct);

    /// <summary>With the holds of another engine.</summary>
    internal static ValueTask<SqliteMetadataStore> OpenAsync(string path, TimeProvider time, BlobHolds? holds, CancellationToken ct) =>
        OpenAsync(path, time, SqliteWriter.DefaultCheckpointPages, SqliteWriter.Commit, holds, ct);

    /// <summary>With commits that a test can fail.</summary>
    internal static ValueTask<SqliteMetadataStore> OpenAsync(
        string path, TimeProvider time, int checkpointPages, Action<SqliteSession> commit, CancellationToken ct) =>
        OpenAsync(path, time, checkpointPages, commit, holds: null, ct);

    private static ValueTask<SqliteMetadataStore> OpenAsync(
        string path, TimeProvider time, int checkpointPages, Action<SqliteSession> commit, BlobHolds? holds, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _ = SqliteEngine.Description;
        var full = Path.GetFullPath(path);
        MakePrivateFile(full);
        SqliteSession? writer = null;
        try
        {
            writer = SqliteSession.OpenWriter(full);
            SqlSchema.Migrate(writer, full);
            // A column that is called otherwise by one bit is an error in each statement that names it, and of none that does not: so it is said here.
            if (SqliteSchema.CompareOwn(SqliteSchema.Read(writer)).FirstOrDefault() is { } changed)
                throw new IOException($"the database \"{full}\" cannot be opened: {changed}. {SqliteFailure.Replace}");
            return new(new SqliteMetadataStore(full, writer, time, checkpointPages, commit, holds));
        }
        catch (Exception e)
        {
            writer?.Dispose();
            if (e is SqliteException failure)
                throw new IOException($"the database \"{full}\" cannot be opened: {failure.Message} {SqliteFailure.AdviceOn(failure)}".TrimEnd(), e);
            throw;
        }
    }

    internal override BlobHolds Holds => _holds;

    public override string Engine => SqliteEngine.Description;

    public override bool IsShared => false;

    /// <summary>The file holds signing keys: it is made unreadable to others before SQLite opens it, which gives its log the same rights.</summary>
    /// <remarks>One that is there is not touched: to close a file lets go of every POSIX lock that the process has on it, SQLite's too.</remarks>
    private static void MakePrivateFile(string path)
    {
        if (File.Exists(path))
            return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
    }

    public override async ValueTask CheckAsync(CancellationToken ct) =>
        await WriteLazilyAsync(transaction => transaction.Db.Execute("update schema set version = version"), ct);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _writer.StopAsync();
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
    }

    public override ValueTask<long> ReadEpochAsync(RegistryId registry, CancellationToken ct) => new(_epochs.Read(registry));

    /// <summary>Looks at every page and index, and at the definitions, whose text nothing else compares. It reads one state of the database for as long as that takes; writers go on.</summary>
    public override async ValueTask<IReadOnlyList<string>> VerifyEngineAsync(CancellationToken ct)
    {
        var found = await ReadAsync(db => db.All("pragma integrity_check(100)", row => row.GetString(0)), ct);
        var defined = await ReadAsync(SqliteSchema.Read, ct);
        return [.. found is ["ok"] ? [] : found.SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)), .. SqliteSchema.Compare(defined)];
    }

    internal override ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken ct) => _readers.RunAsync(work, ct);

    internal override ValueTask<T> WriteAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct) => _writer.RunAsync(work, lazy: false, ct);

    internal override ValueTask<T> WriteLazilyAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct) => _writer.RunAsync(work, lazy: true, ct);
}
