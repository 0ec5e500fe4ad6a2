using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>repo tags</c>: the tags of a repository, or those of one manifest.</summary>
internal sealed class RepoTagsCommand : TargetCommand
{
    private readonly FormatOptions _format = new();
    private readonly Option<string?> _last = Flag.Text("--last", "string", "start after the tag specified by `last`");
    private readonly Option<bool> _excludeDigestTags = Flag.Switch("--exclude-digest-tags", "exclude all digest-like tags such as 'sha256-aaaa...'");

    [SetsRequiredMembers]
    public RepoTagsCommand(CommandContext context)
        : base(context, "tags", "List the tags of a repository")
    {
        Aliases.Add("show-tags");
        Rule = ArgumentRule.Exactly(1, "<name>", "the target repository to list tags from");
        Examples =
        [
            ("List the tags of a repository", "repo tags localhost:5000/hello"),
            ("List the tags of one manifest", "repo tags localhost:5000/hello:v1"),
        ];
        _format.AddTo(this);
        Add(_last);
        Add(_excludeDigestTags);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var format = _format.Read(parse);
        using var target = await OpenAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        var only = target.Version is null ? null : await ResolveAsync(target, null, ct);
        if (only is not null)
            Context.Error.WriteLine($"[{Context.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffffffZ}][WARNING]: [Experimental] querying tags associated to {only.Digest}, it may take a while...");
        List<string> tags = [];
        await foreach (var tag in ((ITagSource)target.Target).ListTagsAsync(parse.GetValue(_last), ct))
        {
            if (parse.GetValue(_excludeDigestTags) && IsDigestTag(tag))
                continue;
            if (only is not null && (await target.Target.ResolveAsync(tag, ct))?.Digest != only.Digest)
                continue;
            if (format == OutputFormat.Text)
                Context.Out.WriteLine(tag);
            else
                tags.Add(tag);
        }
        if (format == OutputFormat.Json)
            JsonResult.Write(Context, json => JsonResult.Strings(json, "tags", tags));
        return ExitCode.Done;
    }

    /// <summary>The tag schema of referrers: a digest with a dash in place of the colon, and what tools append to it.</summary>
    internal static bool IsDigestTag(string tag)
    {
        var dash = tag.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || DigestAlgorithm.Find(tag.AsSpan(0, dash)) is not { } algorithm || tag.Length < dash + 1 + algorithm.HexLength)
            return false;
        var digest = $"{algorithm.Name}:{tag.AsSpan(dash + 1, algorithm.HexLength)}";
        return Digest.TryParse(digest, out _);
    }
}
