using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Client.Remote;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;

namespace Gantry.Client.Acr;

/// <summary>Sends documents to the management API and follows its pages.</summary>
internal sealed class ManagementConnection(RegistryClient client)
{
    /// <summary>A list that goes on beyond this has no end.</summary>
    private const int MaxPages = 10_000;

    public ValueTask<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class =>
        client.SendJsonAsync(HttpMethod.Get, WithVersion(path), null, null, type, ct);

    /// <returns>Null where there is no such resource.</returns>
    public async ValueTask<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        try
        {
            return await GetAsync(path, type, ct).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public ValueTask<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
        where TAnswer : class =>
        client.SendJsonAsync(method, WithVersion(path), JsonSerializer.SerializeToUtf8Bytes(body, bodyType), null, answerType, ct);

    /// <summary>Asks for something that has no description: <c>listCredentials</c>.</summary>
    public ValueTask<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class =>
        client.SendJsonAsync(HttpMethod.Post, WithVersion(path), null, null, type, ct);

    public async ValueTask DeleteAsync(string path, CancellationToken ct)
    {
        using var response = await client.SendAsync(HttpMethod.Delete, WithVersion(path), null, null, ct).ConfigureAwait(false);
    }

    /// <exception cref="ForeignOriginException">A page names a next one that is not the server's.</exception>
    public async IAsyncEnumerable<TItem> ListAsync<TPage, TItem>(
        string path, JsonTypeInfo<TPage> type, Func<TPage, (IReadOnlyList<TItem> Items, string? NextLink)> read, [EnumeratorCancellation] CancellationToken ct)
        where TPage : class
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (string? next = WithVersion(path); next is not null;)
        {
            if (!seen.Add(next) || seen.Count > MaxPages)
                throw new RegistryException(200, [new RegistryError(ErrorCode.Unknown, "the registry's pages lead in a circle, or have no end")]);
            var (items, link) = read(await client.SendJsonAsync(HttpMethod.Get, next, null, null, type, ct).ConfigureAwait(false));
            foreach (var item in items)
                yield return item;
            next = link is null ? null : Own(link);
        }
    }

    private static string WithVersion(string path) => $"{path}?{ArmPaths.ApiVersion}";

    /// <summary>A next page's path and query. The credentials go where it leads, so it must lead to the server itself.</summary>
    private string Own(string link)
    {
        using var asked = client.Request(HttpMethod.Get, "/", []);
        var url = Origin.Resolve(asked.RequestUri!, link);
        return Origin.Of(url) == Origin.Of(asked.RequestUri!)
            ? url.PathAndQuery
            : throw new ForeignOriginException($"{client.Registry} names a next page at {Origin.Of(url)}, which is not its own; it was not asked for");
    }
}
