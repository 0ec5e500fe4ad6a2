using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Testing;

namespace Gantry.Server.Tests.Metadata.Postgres;

public sealed class SharedEpochReadsPropertyTests
{
    /// <summary>A look sees the database as it is at the very moment that it begins: the oldest that it may.</summary>
    [Fact]
    public async Task Whatever_happens_meanwhile_nobody_is_told_an_epoch_from_before_asking()
    {
        var shared = 0;
        await Seeded.RoundsAsync(531, 300, async random =>
        {
            RegistryId[] registries = [new(1), new(2), new(3)];
            var epochs = registries.ToDictionary(registry => registry, _ => 1L);
            var looks = new Queue<(TaskCompletionSource<IReadOnlyDictionary<RegistryId, long>> Done, IReadOnlyDictionary<RegistryId, long> Seen)>();
            var count = 0;
            var reads = new SharedEpochReads(asked =>
            {
                Assert.Empty(looks);
                count++;
                looks.Enqueue((new(), asked.Where(registry => epochs[registry] > 1).ToDictionary(registry => registry, registry => epochs[registry])));
                return looks.Peek().Done.Task;
            });
            var asked = new List<(Task<long> Answer, long Least)>();
            for (var step = 0; step < 60; step++)
            {
                switch (random.Below(4))
                {
                    case 0:
                        epochs[random.Of(registries)]++;
                        break;
                    case 1 when looks.TryDequeue(out var look):
                        if (random.OneIn(10))
                            look.Done.SetException(new IOException("no answer"));
                        else
                            look.Done.SetResult(look.Seen);
                        break;
                    default:
                        var registry = random.Of(registries);
                        asked.Add((reads.ReadAsync(registry, default).AsTask(), epochs[registry]));
                        break;
                }
            }
            while (looks.TryDequeue(out var look))
                look.Done.SetResult(look.Seen);

            foreach (var (answer, least) in asked)
            {
                try
                {
                    Assert.True(await answer >= least);
                }
                catch (IOException)
                {
                    // The look that it waited for failed.
                }
            }
            shared += asked.Count - count;
        });
        Assert.True(shared > 1000, $"{shared} looks were spared");
    }

    [Fact]
    public async Task Whoever_asks_while_a_look_is_in_flight_waits_for_the_next_one()
    {
        var looks = new List<TaskCompletionSource<IReadOnlyDictionary<RegistryId, long>>>();
        var reads = new SharedEpochReads(_ =>
        {
            looks.Add(new());
            return looks[^1].Task;
        });
        var registry = new RegistryId(1);

        var first = reads.ReadAsync(registry, default).AsTask();
        var others = Enumerable.Range(0, 100).Select(_ => reads.ReadAsync(registry, default).AsTask()).ToList();
        looks[0].SetResult(new Dictionary<RegistryId, long> { [registry] = 5 });
        looks[1].SetResult(new Dictionary<RegistryId, long> { [registry] = 6 });

        Assert.Equal(5, await first);
        Assert.All(await Task.WhenAll(others), epoch => Assert.Equal(6, epoch));
        Assert.Equal(2, looks.Count);
    }

    [Fact]
    public async Task Whoever_has_gone_harms_nobody()
    {
        var look = new TaskCompletionSource<IReadOnlyDictionary<RegistryId, long>>();
        var reads = new SharedEpochReads(_ => look.Task);
        using var gone = new CancellationTokenSource();

        var first = reads.ReadAsync(new RegistryId(1), gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        look.SetResult(new Dictionary<RegistryId, long>());

        Assert.Equal(SharedEpochReads.First, await reads.ReadAsync(new RegistryId(1), default));
    }
}
