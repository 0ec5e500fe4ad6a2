using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>A registry with a little of everything, stopped cleanly, for schedules to start from.</summary>
internal sealed record Template(IReadOnlyDictionary<string, byte[]> Image, RegistryModel Model)
{
    private static readonly Lazy<Task<Template>> Made = new(MakeAsync);

    public static Task<Template> GetAsync() => Made.Value;

    private static async Task<Template> MakeAsync()
    {
        using var disk = new SimulatedDisk();
        var (model, clock) = (new RegistryModel(), new CrashClock());
        var acts = new Acts(model, new Seeded(1), clock);
        await using (var registry = await CrashRegistry.OpenAsync(disk, clock, 2048))
        {
            foreach (var name in (string[])["put", "put", "put", "put", "put", "put", "put", "put", "image", "image", "mount", "mount", "image", "referrer", "index", "image"])
            {
                var act = acts.Make(name);
                await act.RunAsync(registry);
                model.Add(act, answered: true);
            }
            await model.CheckAsync(registry, settle: true);
        }
        using var stopped = disk.AfterPowerCut(Survival.Everything, new Seeded(0));
        return new Template(stopped.Image(), model);
    }
}
