using System.Collections.Concurrent;

namespace Gantry.Server.Access.Ldap;

/// <summary>A few connections of one kind, opened when needed and used again.</summary>
internal sealed class LdapPool(LdapOptions options, TimeProvider time, Func<CancellationToken, ValueTask<LdapConnection>> open) : IAsyncDisposable
{
    private readonly SemaphoreSlim _places = new(options.MaxConnections);
    private readonly ConcurrentBag<LdapConnection> _idle = [];

    /// <summary>Does something with a connection. One that lay idle may have died meanwhile, so its failure is tried again on a new one.</summary>
    public async ValueTask<T> UseAsync<T>(Func<LdapConnection, CancellationToken, ValueTask<T>> work, CancellationToken ct)
    {
        await WaitAsync(ct);
        try
        {
            while (_idle.TryTake(out var used))
            {
                try
                {
                    return await KeepAfterAsync(used, work, ct);
                }
                catch (LdapException)
                {
                    // The next one, and in the end a new one.
                }
            }
            return await KeepAfterAsync(await open(ct), work, ct);
        }
        finally
        {
            _places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var connection))
            await connection.DisposeAsync();
        _places.Dispose();
    }

    /// <summary>Nobody waits longer for a place than for an answer: behind a directory that is slow, the queue would grow without end.</summary>
    private async ValueTask WaitAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await _places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new LdapException($"each of the {options.MaxConnections} connections to the directory was busy for {options.Patience.TotalSeconds} seconds", e);
        }
    }

    private async ValueTask<T> KeepAfterAsync<T>(LdapConnection connection, Func<LdapConnection, CancellationToken, ValueTask<T>> work, CancellationToken ct)
    {
        var whole = false;
        try
        {
            var result = await work(connection, ct);
            whole = true;
            _idle.Add(connection);
            return result;
        }
        finally
        {
            if (!whole)
                await connection.DisposeAsync();
        }
    }
}
