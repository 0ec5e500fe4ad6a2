using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Uploads, mounts, deletes and sweeps of one blob, in every order that a seed comes up with. The gates are where bytes come and go.</summary>
public class InterleavingTests : UpkeepTest
{
    private const int Rounds = 40;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_the_order_of_uploads_and_sweeps_what_was_answered_is_whole(bool holdsAreRows)
    {
        var interleaver = new Interleaver();
        await using var room = await OpenAsync(
            TimeSpan.Zero, driver => new GatedDriver(driver, interleaver.GateAsync), new UpkeepRoom.Clocks { Content = interleaver },
            holdsAreRows ? new SqlBlobHolds() : null);
        var round = 0;
        await Seeded.RoundsAsync(17, Rounds, async random =>
        {
            var name = $"round{round++}";
            var bytes = Encoding.UTF8.GetBytes(name);
            var (first, second) = (room.Repository($"{name}/first"), room.Repository($"{name}/second"));
            // Half of the time the sweep finds garbage of these very bytes.
            if (random.OneIn(2))
                await room.UploadAsync(first, bytes);

            await interleaver.RunAsync(
                random,
                () => PushAsync(room, interleaver, first, bytes),
                () => random.OneIn(2) ? PushAsync(room, interleaver, second, bytes) : MountAsync(room, interleaver, first, second, bytes),
                async () =>
                {
                    for (var i = 0; i < 3; i++)
                    {
                        await room.CollectAsync();
                        await interleaver.GateAsync();
                    }
                });

            await room.CollectAsync();
            Assert.Equal(bytes.Length, (await room.StatAsync(Digest.Of(bytes)))?.Size);
            await DeleteAsync(room, first);
            await DeleteAsync(room, second);
            await room.CollectAsync();
            Assert.True(await room.StatAsync(Digest.Of(bytes)) is null, "garbage was left");
        });
    }

    private static async Task PushAsync(UpkeepRoom room, Interleaver interleaver, RepositoryKey repository, byte[] bytes)
    {
        while (true)
        {
            var blob = await room.UploadAsync(repository, bytes);
            await interleaver.GateAsync();
            if (await TryPushAsync(room, interleaver, repository, blob))
                return;
        }
    }

    private static async Task MountAsync(UpkeepRoom room, Interleaver interleaver, RepositoryKey from, RepositoryKey to, byte[] bytes)
    {
        var blob = Descriptor.Of(MediaTypes.OctetStream, bytes);
        while (true)
        {
            if (!await room.Content.Blobs.MountAsync(to, from.Name, blob.Digest, _ => true, default))
                await room.UploadAsync(to, bytes);
            await interleaver.GateAsync();
            if (await TryPushAsync(room, interleaver, to, blob))
                return;
        }
    }

    /// <summary>Without a grace the sweep may take the blob before its manifest comes: then the client is told, and begins again.</summary>
    private static async Task<bool> TryPushAsync(UpkeepRoom room, Interleaver interleaver, RepositoryKey repository, Descriptor blob)
    {
        try
        {
            var pushed = await room.PushAsync(repository, "image", [blob], "latest");
            await room.DemandWholeAsync(repository, pushed.Digest);
            await interleaver.GateAsync();
            await room.DemandWholeAsync(repository, pushed.Digest);
            return true;
        }
        catch (RegistryException e) when (e.Errors[0].Code == ErrorCode.ManifestBlobUnknown)
        {
            return false;
        }
    }

    private static async Task DeleteAsync(UpkeepRoom room, RepositoryKey repository)
    {
        var tag = await room.Store.FindTagAsync(repository, Tag.Parse("latest"), default);
        await room.Content.Manifests.DeleteAsync(repository, tag!.Digest, default);
    }
}
