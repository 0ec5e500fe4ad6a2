namespace Gantry.Load.Builds;

/// <summary>buildah leaves its overlays mounted: they go before their folder does.</summary>
internal static class Mounts
{
    public static async Task LeaveAsync(string folder)
    {
        const string list = "/proc/self/mounts";
        if (!File.Exists(list))
            return;
        // What was mounted last is inside what was mounted before.
        foreach (var place in File.ReadLines(list).Select(line => line.Split(' ')[1]).Where(place => place.StartsWith(folder + "/", StringComparison.Ordinal)).Reverse())
            await Tool.RunAsync("umount", "-l", place);
    }
}
