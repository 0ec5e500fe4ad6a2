using Gantry.Load;
using Gantry.Load.Builds;
using Gantry.Load.Peers;

if (args is [EmptyKestrel.Mode])
{
    await EmptyKestrel.RunAsync();
    return 0;
}
if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine("usage: eng/bench [builds|registry|memory|all] [ROUNDS] [--only REGEX] [--seconds S] [--gate]");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("gantry-bench-").FullName;
var tmpfs = Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(folder)}").FullName;
try
{
    return await new Bench(options, folder, tmpfs, Console.Error.WriteLine).RunAsync() ? 0 : 1;
}
finally
{
    await Mounts.LeaveAsync(folder);
    Directory.Delete(folder, recursive: true);
    Directory.Delete(tmpfs, recursive: true);
}
