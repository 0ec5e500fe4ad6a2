using System.Text;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Testing;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Bits that flip in the pages of a database file, wherever a seed puts them.</summary>
public sealed class DatabaseDamageTests : IAsyncLifetime
{
    private const int Rounds = 300;

    // What nothing else in the database, and no digest, can be compared with.
    private static readonly string[] Unprovable = ["created", "updated", "locks", "candidate", "job", "run_number", "anonymous_pull"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<Pushed> _pushed = [];
    private readonly HashSet<Digest> _blobs = [];

    public async ValueTask InitializeAsync()
    {
        await using (var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1), corner: Corner.In(_folder.Join("whole"))))
        {
            for (var i = 0; i < 12; i++)
            {
                var repository = room.Repository($"team{i % 3}/app");
                var (shared, own) = (await room.UploadAsync(repository, "shared by all"u8.ToArray()), await room.UploadAsync(repository, Encoding.UTF8.GetBytes($"layer {i}")));
                _blobs.UnionWith([shared.Digest, own.Digest]);
                // Some are longer than a page.
                var seed = new string((char)('a' + i), i % 4 == 0 ? 9000 : 200);
                var image = await room.PushAsync(repository, seed, [shared, own], $"image{i}");
                _pushed.Add(new Pushed(repository, image, $"image{i}"));
                if (i % 4 == 3)
                    _pushed.Add(new Pushed(repository, await room.PushIndexAsync(repository, seed, [image], $"index{i}"), $"index{i}"));
            }
        }
        using var connection = Open(_folder.Join("whole/gantry.db"));
        using var command = connection.CreateCommand();
        // As a server leaves it a few seconds later: the journal is written.
        command.CommandText = "delete from outbox; update journal set line = '0123456789abcdef', next = 40; vacuum";
        command.ExecuteNonQuery();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Whatever_bit_flips_nothing_wrong_is_served_it_is_found_and_a_push_heals_what_is_no_damage_of_the_engine()
    {
        var (round, refused, engine, healed, idle) = (0, 0, 0, 0, 0);
        await Seeded.RoundsAsync(29, Rounds, async random =>
        {
            var copy = _folder.Join($"copy{round++}");
            Copy(_folder.Join("whole"), copy);
            var at = Flip(Path.Join(copy, "gantry.db"), random);
            try
            {
                switch (await ObserveAsync(copy))
                {
                    case Outcome.Refused: refused++; break;
                    case Outcome.Engine: engine++; break;
                    case Outcome.Healed: healed++; break;
                    case Outcome.Idle: idle++; break;
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"the bit at {at}: {e.Message}", e);
            }
            Directory.Delete(copy, recursive: true);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} refused at start, {engine} of the engine, {healed} healed by a push, {idle} of no consequence");
        Assert.True(healed > Rounds / 4, "too few flips met a manifest");
        Assert.True(engine > 0 && refused > 0);
    }

    private async Task<Outcome> ObserveAsync(string copy)
    {
        UpkeepRoom room;
        try
        {
            room = await UpkeepRoom.OpenAsync(TimeSpan.Zero, corner: Corner.In(copy));
        }
        catch (IOException e)
        {
            Assert.Contains("admin rebuild", e.Message, StringComparison.Ordinal);
            return Outcome.Refused;
        }
        await using (room)
        {
            await ServeAsync(room, demandAll: false);
            var found = await room.Checker.RunAsync(repair: false, _ => { }, default);
            await ScrubAsync(room);
            if (found.Engine > 0)
            {
                // Nobody may take for garbage what a broken index does not find.
                await room.Checker.RunAsync(repair: true, _ => { }, default);
                Assert.All(_blobs, blob => Assert.True(File.Exists(room.FileOf(blob)), $"{blob} is gone"));
                return Outcome.Engine;
            }
            if (found.Findings.Count == 0)
            {
                await ServeAsync(room, demandAll: true);
                Assert.Equal(Describe(_folder.Join("whole/gantry.db")), Describe(Path.Join(copy, "gantry.db")));
                return Outcome.Idle;
            }
            await room.Checker.RunAsync(repair: true, _ => { }, default);
            foreach (var pushed in _pushed)
                await PushAgainAsync(room, pushed);
            Assert.Empty((await room.Checker.RunAsync(repair: false, _ => { }, default)).Findings);
            await ServeAsync(room, demandAll: true);
            return Outcome.Healed;
        }
    }

    /// <summary>To its end, whatever lies on the way: else what is behind that is never looked at again.</summary>
    private static async Task ScrubAsync(UpkeepRoom room)
    {
        try
        {
            Assert.NotNull((await room.Scrubber.RunAsync(_ => { }, default)).Ended);
        }
        catch (IOException e) when (e is DamagedDatabaseException || e.InnerException is DamagedDatabaseException)
        {
            // The tree of a table is broken: nobody can walk it.
        }
    }

    /// <summary>Pulls everything by digest and by tag. What comes is right; what does not come was refused.</summary>
    private async Task ServeAsync(UpkeepRoom room, bool demandAll)
    {
        foreach (var (repository, manifest, tag) in _pushed)
        {
            try
            {
                var byDigest = await room.Content.Manifests.FetchAsync(repository, manifest.Digest, default);
                Assert.Equal((manifest.Digest, manifest.MediaType.ToString()), (Digest.Of(byDigest.Bytes.Span), byDigest.MediaType));
                var byTag = await room.Content.Manifests.FetchAsync(repository, Tag.Parse(tag), default);
                Assert.Equal((manifest.Digest, manifest.Digest, manifest.MediaType.ToString()), (byTag.Digest, Digest.Of(byTag.Bytes.Span), byTag.MediaType));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException && !demandAll)
            {
                // Refused, in whatever words.
            }
        }
    }

    private async Task PushAgainAsync(UpkeepRoom room, Pushed pushed)
    {
        await using var whole = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1), corner: Corner.In(_folder.Join("whole")));
        var stored = await whole.Content.Manifests.FetchAsync(pushed.Repository, pushed.Manifest.Digest, default);
        await room.Content.Pusher.PushAsync(
            new Server.Registry.ManifestPush { Repository = pushed.Repository, Tags = [Tag.Parse(pushed.Tag)], MediaType = pushed.Manifest.MediaType, Bytes = stored.Bytes }, default);
    }

    /// <summary>Every row of every table, but for what nothing can prove.</summary>
    private static List<string> Describe(string file)
    {
        using var connection = Open(file);
        var lines = new List<string>();
        foreach (var table in Rows(connection, "select name from sqlite_schema where type = 'table' order by name").Select(row => row[0].Value))
        {
            if (!Unprovable.Contains(table))
                lines.AddRange(Rows(connection, $"select * from {table}").Select(row => $"{table}: {string.Join(", ", row.Where(cell => !Unprovable.Contains(cell.Name)))}"));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static List<List<(string Name, string Value)>> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<List<(string, string)>>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{reader.GetValue(i)}"))]);
        return rows;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>In a byte that holds something: most of a small database is empty.</summary>
    private static string Flip(string file, Seeded random)
    {
        using var stream = new FileStream(file, FileMode.Open);
        int value;
        do
        {
            stream.Position = random.Below((int)stream.Length);
            value = stream.ReadByte();
        }
        while (value == 0);
        var bit = random.Below(8);
        stream.Position--;
        stream.WriteByte((byte)(value ^ (1 << bit)));
        return $"{stream.Position - 1}, {bit}";
    }

    private enum Outcome
    {
        Refused,
        Engine,
        Healed,
        Idle,
    }

    private sealed record Pushed(RepositoryKey Repository, Descriptor Manifest, string Tag);
}
