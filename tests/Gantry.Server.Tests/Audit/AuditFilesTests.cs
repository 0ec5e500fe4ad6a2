using System.Text;
using Gantry.Server.Audit;
using Gantry.Testing;

namespace Gantry.Server.Tests.Audit;

public sealed class AuditFilesTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void An_hour_begins_a_file_and_so_does_one_that_is_full()
    {
        using var files = Files(new AuditOptions { FileBytes = 10 });
        files.Append("12345\n"u8, Noon);
        files.Append("1234\n"u8, Noon);
        files.Append("5\n"u8, Noon);
        files.Append("6\n"u8, Noon.AddHours(1));
        Assert.Equal(["2026-11-22-13-000000.jsonl", "2026-11-22-12-000001.jsonl", "2026-11-22-12-000000.jsonl"], files.List());
        Assert.Equal("1234\n5\n", Read("2026-11-22-12-000001.jsonl"));
    }

    [Fact]
    public void What_is_more_than_is_to_be_kept_goes_oldest_first()
    {
        using var files = Files(new AuditOptions { FileBytes = 10, MaxBytes = 35 });
        for (var hour = 0; hour < 6; hour++)
            files.Append("12345678\n"u8, Noon.AddHours(hour));
        Assert.Equal(["2026-11-22-17-000000.jsonl", "2026-11-22-16-000000.jsonl", "2026-11-22-15-000000.jsonl"], files.List());
    }

    [Fact]
    public void A_line_that_a_crash_cut_off_does_not_swallow_the_next()
    {
        using (var files = Files(AuditOptions.Default))
            files.Append("whole\nhal"u8, Noon);
        using (var files = Files(AuditOptions.Default))
            files.Append("next\n"u8, Noon);
        Assert.Equal("whole\nhal\nnext\n", Read("2026-11-22-12-000000.jsonl"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task Lines_are_read_backwards_in_blocks_of_any_size(int blockBytes)
    {
        var generator = new Seeded((ulong)blockBytes);
        for (var round = 0; round < 30; round++)
        {
            var lines = Enumerable.Range(0, generator.Below(12)).Select(_ => new string('x', generator.Below(20))).ToList();
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
            var reader = new BackwardLines(file, blockBytes, file.Length);
            var read = new List<string>();
            while (await reader.ReadAsync(default) is { } line)
            {
                read.Add(Encoding.UTF8.GetString(line.Span));
                // Whoever stops here and comes back goes on with the line before.
                reader = new BackwardLines(file, blockBytes, reader.Position);
            }
            lines.Reverse();
            Assert.Equal(lines, read);
        }
    }

    public void Dispose() => _folder.Dispose();

    private AuditFiles Files(AuditOptions options) => new(_folder.Join("audit"), options);

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder.Join("audit"), name));
}
