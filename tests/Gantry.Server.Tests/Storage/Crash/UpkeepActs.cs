using Gantry.Protocol.Admin;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What background jobs do, as acts.</summary>
internal sealed class UpkeepActs(RegistryModel model, CrashClock clock)
{
    /// <summary>Eight days later the open uploads go.</summary>
    public Act Sweep() => new("sweep the uploads",
        async registry =>
        {
            clock.Advance(TimeSpan.FromDays(8));
            model.Sessions.Clear();
            var problems = new List<Exception>();
            await registry.Content.Uploads.SweepAsync(problems.Add, default);
            if (registry.Disk.IsOff || registry.Disk.HasFailed)
                return;
            Assert.Empty(problems);
            await foreach (var token in registry.Driver.ListUploadsAsync(DateTimeOffset.MaxValue, default))
                Assert.Fail($"upload {token} was left");
        },
        _ => { });

    /// <summary>A day later every blob that no manifest names goes, and what a sweep that was cut short had noted.</summary>
    public Act Collect()
    {
        var garbage = Garbage(model.Certain);
        return new Act($"collect {string.Join(' ', garbage)}",
            async registry =>
            {
                clock.Advance(TimeSpan.FromDays(1));
                await registry.Collector.CollectAsync(new CollectRequest(), _ => { }, default);
                if (registry.Disk.IsOff || registry.Disk.HasFailed)
                    return;
                Assert.False(await registry.Metadata.IsAnythingGoingAsync(default), "a note was left");
                foreach (var digest in garbage)
                    Assert.True(await registry.Driver.StatAsync(BlobPaths.Blob(digest), default) is null, $"the bytes of {digest} were left");
            },
            state =>
            {
                var gone = Garbage(state);
                state.Blobs.RemoveWhere(blob => gone.Contains(blob.Digest));
            });
    }

    /// <summary>Whether it says the truth is seen at the end of a schedule.</summary>
    public static Act Journal() => new("write the journal", async registry => await registry.Journal.WriteAsync(default), _ => { });

    private HashSet<Digest> Garbage(RegistryState state)
    {
        var garbage = state.Blobs.Select(blob => blob.Digest).ToHashSet();
        foreach (var (_, digest) in state.Manifests)
            garbage.ExceptWith(model.Manifests[digest].Parsed.Blobs.Select(blob => blob.Digest));
        return garbage;
    }
}
