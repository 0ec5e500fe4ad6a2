using System.Text;
using Gantry.Protocol.Admin;
using Gantry.Server.Audit;
using Gantry.Testing;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Where a page goes on is told by whoever asks, and what lies in the files may be torn.</summary>
public sealed class AuditFuzzTests
{
    private const string Soup = "0192-.~/\\:jsonlé\0\n ";

    [Fact]
    public void A_place_is_read_as_it_was_written_or_not_at_all() => Seeded.Rounds(901, 20_000, random =>
    {
        var text = random.OneIn(2)
            ? Encoding.Latin1.GetString(random.Mutate(Encoding.ASCII.GetBytes(new AuditPlace("2026-11-22-00-000.jsonl", random.Below(int.MaxValue)).ToString())))
            : string.Concat(Enumerable.Range(0, random.Below(40)).Select(_ => Soup[random.Below(Soup.Length)]));
        if (AuditPlace.TryParse(text, out var place))
        {
            Assert.True(AuditPlace.TryParse(place.ToString(), out var again));
            Assert.Equal(place, again);
            Assert.True(place.Offset >= 0);
        }
    });

    [Fact]
    public async Task A_record_of_any_bytes_is_read_to_its_beginning()
    {
        using var folder = new TemporaryFolder();
        var line = """{"TimeGenerated":"2026-11-22T00:00:00+00:00","OperationName":"Push","ResultType":"HttpStatusCode","ResultDescription":"201"}""" + "\n";
        using var files = new AuditFiles(folder.Join("audit"), AuditOptions.Default);
        var path = Path.Combine(folder.Join("audit"), "2026-11-22-00-000.jsonl");
        await Seeded.RoundsAsync(902, 300, async random =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 1 + random.Below(5))));
            await File.WriteAllBytesAsync(path, [.. random.Mutate(bytes), (byte)'\n', .. Encoding.UTF8.GetBytes(line)]);
            var (records, next) = await new AuditReader(files).ReadAsync(new AuditFilter(), null, 100, default);
            Assert.Null(next);
            // Whatever came before it, the last line stands.
            Assert.Equal(AuditOperation.Push, records[0].OperationName);
            var within = new AuditPlace("2026-11-22-00-000.jsonl", random.Below(2000));
            await new AuditReader(files).ReadAsync(new AuditFilter(), within, 100, default);
        });
    }
}
