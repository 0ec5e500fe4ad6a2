using System.Collections.Concurrent;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>Reads back, after everything, each tag and each manifest that was ever written, and the blobs of what is there: the last calls of the history.</summary>
/// <remarks>Nobody writes any more and no fault is there, so that each answer is judged by its first try.</remarks>
internal sealed class FinalReading(Scene scene, Dice dice)
{
    private const int Readers = 8;

    private readonly ConcurrentDictionary<(string Repository, Digest Blob), bool> _read = new();

    /// <param name="firstNumber">The number of the first of the clients that read.</param>
    public async Task RunAsync(int firstNumber)
    {
        var registers = new ConcurrentQueue<string>(scene.Recorder.Calls.Select(call => call.Register).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var own = Enumerable.Range(0, Readers).Select(_ => dice.Split()).ToList();
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => ReadAsync(registers, firstNumber + i, own[i])));
    }

    private async Task ReadAsync(ConcurrentQueue<string> registers, int number, Dice own)
    {
        using var client = new LibraryClient(scene, number, own);
        while (registers.TryDequeue(out var register))
        {
            var (repository, tag, digest) = Registers.Read(register);
            var begin = scene.Recorder.Now;
            var image = tag is not null ? await client.PullManifestAsync(repository, tag)
                : scene.Catalog.Find(digest) is { } known && await client.PullManifestAsync(repository, known) ? known
                : null;
            if (image is not null)
                await client.PullBlobsAsync(repository, image, begin, blob => _read.TryAdd((repository, blob.Digest), true), isOver: true);
        }
    }
}
