using System.Collections.Concurrent;
using Gantry.Server.Metadata.Sql;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>A few connections that only read, opened when they are first needed and kept.</summary>
/// <remarks>A read runs on the thread that asks: it takes microseconds, less than handing it to another thread. It sees what was committed when it begins.</remarks>
internal sealed class SqliteReaders(string path, int count) : IAsyncDisposable
{
    private readonly ConcurrentStack<SqliteSession> _idle = new();
    private readonly SemaphoreSlim _free = new(count, count);
    private bool _disposed;

    public async ValueTask<T> RunAsync<T>(Func<SqlSession, T> work, CancellationToken ct)
    {
        await _free.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteMetadataStore));
            if (!_idle.TryPop(out var db))
                db = SqliteSession.OpenReader(path);
            try
            {
                return work(db);
            }
            finally
            {
                _idle.Push(db);
            }
        }
        catch (SqliteException e) when (SqliteFailure.IsOfStore(e))
        {
            throw SqliteFailure.Of(e);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads that run; later ones are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < count; i++)
            await _free.WaitAsync();
        _disposed = true;
        _free.Release(count);
        while (_idle.TryPop(out var db))
            db.Dispose();
    }
}
