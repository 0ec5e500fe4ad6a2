using System.Runtime.CompilerServices;
using Gantry.Protocol.Distribution;

namespace Gantry.Client.Remote;

/// <summary>Walks a list that a registry gives page by page, each page naming the next in its <c>Link</c> header.</summary>
internal static class Pages
{
    /// <summary>What is asked of one page; a registry may give fewer.</summary>
    public const int Size = 100;

    /// <summary>A list that goes on beyond this has no end (GHSA-298f-872v-2rcx).</summary>
    private const int MaxPages = 10_000;

    /// <summary>Registries that ignore the page size answer everything at once; this is a few hundred thousand names.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Bodies of the pages, in order.</summary>
    /// <param name="client">Sends.</param>
    /// <param name="first">The first page's request.</param>
    /// <param name="next">Makes the request of a later page.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ForeignOriginException">A page names a next one that is not the registry's (GHSA-h7vf-4x9w-h99v).</exception>
    /// <exception cref="RegistryException">The registry refused, or its pages lead in a circle.</exception>
    public static async IAsyncEnumerable<Page> ReadAsync(
        RegistryClient client, Func<HttpRequestMessage> first, Func<Uri, HttpRequestMessage> next, [EnumeratorCancellation] CancellationToken ct)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var request = first();
        while (true)
        {
            var url = request.RequestUri!;
            seen.Add(url.AbsoluteUri);
            Uri? following;
            Page page;
            using (request)
            using (var response = await client.SendRawAsync(request, ct).ConfigureAwait(false))
            {
                await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
                var body = await Answers.ReadAsync(request, response, MaxBytes, ct).ConfigureAwait(false);
                page = new Page(body, Answers.Describe(request), (int)response.StatusCode) { ContentType = Answers.ContentType(response) };
                following = FindNext(response, url);
                if (following is not null && !seen.Add(following.AbsoluteUri))
                    throw Answers.Violation(request, response, "the registry's pages lead in a circle");
                if (following is not null && seen.Count > MaxPages)
                    throw Answers.Violation(request, response, $"the list has more than {MaxPages} pages");
            }
            yield return page;
            if (following is null)
                yield break;
            request = next(following);
        }
    }

    private static Uri? FindNext(HttpResponseMessage response, Uri asked)
    {
        // Each relation may have a header of its own: the next page must not be lost behind the first one's.
        if (!response.Headers.NonValidated.TryGetValues("Link", out var links) || LinkHeader.FindNext(string.Join(", ", links)) is not { } target)
            return null;
        var next = Origin.Resolve(asked, target);
        return Origin.Of(next) == Origin.Of(asked)
            ? next
            : throw new ForeignOriginException($"{asked.Host} names a next page at {Origin.Of(next)}, which is not its own; it was not asked");
    }
}
