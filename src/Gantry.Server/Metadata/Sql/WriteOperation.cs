namespace Gantry.Server.Metadata.Sql;

/// <summary>One caller's part of a batch: run inside the transaction, answered after it.</summary>
internal abstract class WriteOperation(bool lazy, CancellationToken ct)
{
    private Exception? _failure;

    /// <summary>Whether it may be lost in a power cut; it still outlives the process.</summary>
    public bool IsLazy => lazy;

    /// <summary>Whether its caller has gone before it began: then it never does.</summary>
    public bool IsAbandoned => ct.IsCancellationRequested;

    protected CancellationToken Token => ct;

    /// <summary>When its caller asked, on the clock of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Asked { get; } = System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>Runs it, perhaps once more after a batch that came to nothing: what an earlier run left is forgotten.</summary>
    public void Run(WriteTransaction transaction)
    {
        _failure = null;
        Work(transaction);
    }

    /// <summary>It alone was rolled back.</summary>
    public void Fail(Exception failure) => _failure = failure;

    /// <summary>Tells the caller, once the batch is durable.</summary>
    /// <param name="word">Puts a failure of the engine into the words of the contract; anything else it leaves as it is.</param>
    public void Answer(Func<Exception, Exception> word)
    {
        if (_failure is { } failure)
            Refuse(word(failure));
        else
            Succeed();
    }

    public abstract void Abandon();

    public abstract void Refuse(Exception failure);

    protected abstract void Work(WriteTransaction transaction);

    protected abstract void Succeed();
}
