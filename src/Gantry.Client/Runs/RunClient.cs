using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;

namespace Gantry.Client.Runs;

/// <summary>The runs of a registry, over ACR's resource paths. Every refusal is a <see cref="RegistryException"/>.</summary>
/// <param name="client">Reaches the registry.</param>
/// <param name="registry">The registry's name, which is not its host.</param>
public sealed class RunClient(RegistryClient client, string registry)
{
    /// <summary>A list that goes on beyond this has no end.</summary>
    private const int MaxPages = 10_000;

    private readonly string _path = RunPaths.Registry(Uri.EscapeDataString(registry));

    public RegistryClient Client { get; } = client;

    /// <summary>Asks for a run. Sent once: a run whose answer was lost may be under way.</summary>
    public ValueTask<RunResource> ScheduleAsync(RunRequest request, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Post, At("scheduleRun"), JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Wire.RunRequest), null, WireJson.Wire.RunResource, ct);

    public ValueTask<RunResource> GetAsync(string runId, CancellationToken ct = default) =>
        Client.SendJsonAsync(HttpMethod.Get, At(Run(runId)), null, null, WireJson.Wire.RunResource, ct);

    /// <summary>Runs, newest first, page by page.</summary>
    /// <param name="filter">Null for every run.</param>
    /// <param name="top">At most so many; null for all.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ForeignOriginException">A page names a next one that is not the registry's.</exception>
    public async IAsyncEnumerable<RunResource> ListAsync(RunFilter? filter = null, int? top = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var query = filter?.ToOData() is { Length: > 0 } terms ? $"&$filter={Uri.EscapeDataString(terms)}" : "";
        if (top is { } count)
            query += string.Create(CultureInfo.InvariantCulture, $"&$top={count}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = top ?? int.MaxValue;
        for (string? next = At("runs") + query; next is not null && left > 0;)
        {
            if (!seen.Add(next) || seen.Count > MaxPages)
                throw new RegistryException(200, [new RegistryError(ErrorCode.Unknown, "the registry's pages lead in a circle, or have no end")]);
            var page = await Client.SendJsonAsync(HttpMethod.Get, next, null, null, WireJson.Wire.RunList, ct).ConfigureAwait(false);
            foreach (var run in page.Value.Take(left))
            {
                left--;
                yield return run;
            }
            next = page.NextLink is { } link ? Own(link).PathAndQuery : null;
        }
    }

    /// <summary>Asks for a run's end; the worker that has it needs a moment.</summary>
    public async ValueTask CancelAsync(string runId, CancellationToken ct = default)
    {
        using var response = await Client.SendAsync(HttpMethod.Post, At($"{Run(runId)}/cancel"), null, null, ct).ConfigureAwait(false);
    }

    /// <summary>Uploads a context.</summary>
    /// <param name="content">A tar.gz; not disposed. Where it can seek, a broken upload begins again.</param>
    /// <param name="size">Its bytes from here on.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>What <see cref="RunRequest.SourceLocation"/> names it by.</returns>
    /// <exception cref="ForeignOriginException">The registry wants it elsewhere than at itself.</exception>
    public async ValueTask<string> UploadSourceAsync(Stream content, long size, CancellationToken ct = default)
    {
        var upload = await Client.SendJsonAsync(HttpMethod.Post, At("listBuildSourceUploadUrl"), null, null, WireJson.Wire.SourceUpload, ct).ConfigureAwait(false);
        var link = Own(upload.UploadUrl);
        var start = content.CanSeek ? content.Position : 0;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await PutAsync(link, content, size, ct).ConfigureAwait(false);
                return upload.RelativePath;
            }
            catch (Exception e) when (content.CanSeek && IsTransient(e, ct) && Client.RetryPolicy.NextDelay(tries, (e as RegistryException)?.RetryAfter) is not null)
            {
                await Client.RetryPolicy.WaitAsync(Client.RetryPolicy.NextDelay(tries, (e as RegistryException)?.RetryAfter)!.Value, ct).ConfigureAwait(false);
                content.Position = start;
            }
        }
    }

    /// <summary>A run's log, to be read from an offset on.</summary>
    public RunLog OpenLog(string runId, long offset = 0) => new(this, runId, offset);

    /// <summary>Where a run's log can be read for a while.</summary>
    internal async ValueTask<Uri> FetchLogLinkAsync(string runId, CancellationToken ct)
    {
        var path = At($"{Run(runId)}/listLogSasUrl");
        return Own((await Client.SendJsonAsync(HttpMethod.Post, path, null, null, WireJson.Wire.RunLogLink, ct).ConfigureAwait(false)).LogLink);
    }

    private async ValueTask PutAsync(Uri link, Stream content, long size, CancellationToken ct)
    {
        using var request = Client.Request(HttpMethod.Put, link, []);
        // The link itself is the right to write.
        request.IsAnonymous = true;
        request.Headers.TryAddWithoutValidation("x-ms-blob-type", "BlockBlob");
        var body = new StreamBody(content, size);
        request.Content = body;
        try
        {
            using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
            await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        }
        catch (Exception) when (body.SourceFailure is not null)
        {
            // The transport says that the network failed; it was the file.
            throw body.SourceFailure;
        }
    }

    /// <summary>A link that the registry made, as one of its own.</summary>
    /// <exception cref="ForeignOriginException">It leads elsewhere.</exception>
    private Uri Own(string link)
    {
        using var asked = Client.Request(HttpMethod.Get, "/", []);
        var url = Origin.Resolve(asked.RequestUri!, link);
        return Origin.Of(url) == Origin.Of(asked.RequestUri!)
            ? url
            : throw new ForeignOriginException($"{Client.Registry} names a link at {Origin.Of(url)}, which is not its own; it was not used");
    }

    private static bool IsTransient(Exception e, CancellationToken ct) =>
        e is RegistryException refused ? RetryPolicy.IsTransient((System.Net.HttpStatusCode)refused.Status) : RetryPolicy.IsTransient(e, ct);

    private static string Run(string runId) => $"runs/{Uri.EscapeDataString(runId)}";

    private string At(string rest) => $"{_path}/{rest}?{RunPaths.ApiVersion}";
}
