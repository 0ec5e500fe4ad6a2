using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Chaos;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
ChaosOptions options;
try
{
    options = ChaosOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"eng/chaos: {e.Message}");
    Console.Error.WriteLine("usage: eng/chaos [--minutes N] [--seed N] [--nodes N] [--operations N] [--faults all|rolling] [--report FILE]");
    return 2;
}
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    var (judgement, report) = await new ChaosRun(options, TimeProvider.System, Console.Error.WriteLine).RunAsync(stop.Token);
    Console.Out.Write(report);
    if (options.Report is { } file)
        await File.WriteAllTextAsync(file, report);
    return judgement.IsKept ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

// What runs is ended in order: nodes, stores and networks would outlive this program.
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
