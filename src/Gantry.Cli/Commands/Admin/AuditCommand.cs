using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin;

internal sealed class AuditCommand : AdminCommand
{
    private const int DefaultTop = 100;
    private const int PageSize = 1000;

    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(2);

    // Records come into the files a moment after their time, those of long requests long after others that began later.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _since = Flag.Text("--since", "TIME", "how far back (90s, 30m, 12h, 7d)");
    private readonly Option<string?> _identity = Flag.Text("--identity", "ID", "of one identity alone");
    private readonly Option<string?> _operation = Flag.Text("--operation", "NAME", "of one operation alone: Login, Push, Pull, Delete, Untag, Mount, Read, UpdateMetadata, Manage");
    private readonly Option<string?> _repository = Flag.Text("--repository", "NAME", "of one repository alone; with /* at its end of all below it");
    private readonly Option<string?> _result = Flag.Text("--result", "STATUS", "with one status alone: 401, 4xx");
    private readonly Option<int> _top = Flag.Count("--top", DefaultTop, "show at most so many, the newest");
    private readonly Option<bool> _follow = Flag.Switch("--follow", "go on with what happens from now on, as lines of JSON with -o json", "-f");

    [SetsRequiredMembers]
    public AuditCommand(CommandContext context)
        : base(context, "audit", "Tell who did what", ArgumentRule.None, AzFormat.Table)
    {
        Details = "Each server of several answers for what was asked of it; the balancer decides which one that is. Owners of a registry see what concerns it, owners of the default registry everything.";
        Examples =
        [
            ("Who deleted something today", "admin audit --since 24h --operation delete"),
            ("Refusals, as they happen", "admin audit --result 4xx --follow"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_since, _identity, _operation, _repository, _result, _top, _follow])
            Add(option);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var filter = new StringBuilder();
        Append(filter, "identity", parse.GetValue(_identity));
        Append(filter, "operation", parse.GetValue(_operation));
        Append(filter, "repository", parse.GetValue(_repository));
        Append(filter, "result", parse.GetValue(_result));
        DateTimeOffset? from = parse.GetValue(_since) is { } since ? Context.Time.GetUtcNow() - TimeSpan.FromSeconds(Seconds.Read("--since", since)) : null;
        if (parse.GetValue(_follow))
        {
            await FollowAsync(server, filter.ToString(), from ?? Context.Time.GetUtcNow(), IsFor(parse, AzFormat.Json), ct);
            return null;
        }
        var records = await ListAsync(server, filter.ToString(), from, parse.GetValue(_top), ct);
        records.Reverse();
        return new JsonArray([.. records.Select(record => JsonSerializer.SerializeToNode(record, WireJson.Wire.AuditRecord))]);
    }

    protected override string? Describe(JsonNode result) =>
        string.Concat(result.AsArray().Select(node => Line(node.Deserialize(WireJson.Wire.AuditRecord)!)));

    private async Task FollowAsync(AdminClient server, string filter, DateTimeOffset from, bool json, CancellationToken ct)
    {
        var shown = new HashSet<AuditRecord>();
        for (var newest = from; ; await Task.Delay(FollowInterval, Context.Time, ct))
        {
            var records = await ListAsync(server, filter, newest - Overlap < from ? from : newest - Overlap, int.MaxValue, ct);
            records.Reverse();
            foreach (var record in records.Where(record => !shown.Contains(record)))
                Context.Out.Write(json ? JsonSerializer.Serialize(record, WireJson.Wire.AuditRecord) + "\n" : Line(record));
            shown = [.. records];
            newest = records.Count == 0 ? newest : records.Max(record => record.TimeGenerated);
        }
    }

    /// <summary>The newest first.</summary>
    private static async Task<List<AuditRecord>> ListAsync(AdminClient server, string filter, DateTimeOffset? from, int top, CancellationToken ct)
    {
        var records = new List<AuditRecord>();
        if (from is { } begin)
            filter += $"&from={Uri.EscapeDataString(begin.ToString("O", CultureInfo.InvariantCulture))}";
        for (string? last = null; records.Count < top;)
        {
            var page = await server.ListAuditAsync($"n={Math.Min(PageSize, top - records.Count)}{filter}", last, ct);
            records.AddRange(page.Records);
            last = page.Next;
            if (last is null)
                break;
        }
        return records;
    }

    private static void Append(StringBuilder query, string name, string? value)
    {
        if (value is not null)
            query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    private static string Line(AuditRecord record)
    {
        var what = record.Repository is null ? record.Resource ?? record.Registry ?? "-"
            : record.Tag is not null ? $"{record.Repository}:{record.Tag}"
            : record.Digest is not null ? $"{record.Repository}@{record.Digest}"
            : record.Repository;
        return TerminalText.Of(string.Create(CultureInfo.InvariantCulture,
            $"{record.TimeGenerated.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}  {record.OperationName,-14}  {record.ResultDescription}  {record.Identity ?? "-"}  {record.CallerIpAddress ?? "-"}  {what}{(record.Repeated is { } alike ? $"  (and {alike} alike before it)" : "")}")) + "\n";
    }
}
