namespace Gantry.Client.Content;

/// <summary>Lists the names that a target knows.</summary>
public interface ITagSource
{
    /// <param name="last">Begin after this tag; null for all.</param>
    /// <param name="ct">Cancels.</param>
    IAsyncEnumerable<string> ListTagsAsync(string? last = null, CancellationToken ct = default);
}
