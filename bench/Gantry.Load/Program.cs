using System.Runtime.InteropServices;
using Gantry.Load;
using Gantry.Load.Builds;
using Gantry.Load.Peers;

if (args is [EmptyKestrel.Mode])
{
    await EmptyKestrel.RunAsync();
    return 0;
}
Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"eng/bench: {e.Message}");
    Console.Error.WriteLine("usage: eng/bench [builds|registry|memory|collect|signins|all] [ROUNDS] [--only REGEX] [--seconds S] [--gate]");
    return 2;
}
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
var folder = Directory.CreateTempSubdirectory("gantry-bench-").FullName;
var tmpfs = Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(folder)}").FullName;
try
{
    return await new Bench(options, folder, tmpfs, Console.Error.WriteLine).RunAsync(stop.Token) ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
finally
{
    await Mounts.LeaveAsync(folder);
    Directory.Delete(folder, recursive: true);
    Directory.Delete(tmpfs, recursive: true);
}

// What runs is ended in order, and its folders go: servers would outlive this program.
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
