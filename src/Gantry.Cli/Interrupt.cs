using System.Runtime.InteropServices;

namespace Gantry.Cli;

/// <summary>Turns the first Ctrl-C, SIGTERM or SIGHUP into a cancellation; the second has its usual effect, so a program that hangs can be killed.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _code = ExitCode.Interrupted;

    public Interrupt() =>
        _registrations = Array.ConvertAll([PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP], signal => PosixSignalRegistration.Create(signal, OnSignal));

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the process: a command knows that it was interrupted, and this knows by what.</summary>
    public int Complete(int code) => code == ExitCode.Interrupted ? _code : code;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    internal void OnSignal(PosixSignalContext signal)
    {
        if (_source.IsCancellationRequested)
            return;
        signal.Cancel = true;
        // 128 and the signal's number, as shells count it.
        _code = signal.Signal switch
        {
            PosixSignal.SIGHUP => 129,
            PosixSignal.SIGTERM => 143,
            _ => ExitCode.Interrupted,
        };
        _source.Cancel();
    }
}
