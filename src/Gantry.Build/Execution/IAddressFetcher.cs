namespace Gantry.Build.Execution;

/// <summary>Fetches what ADD names by address, under the rules of the place that builds.</summary>
public interface IAddressFetcher
{
    /// <param name="address">http or https.</param>
    /// <param name="folder">Where the file may be put.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="BuildException">It cannot be had, or must not.</exception>
    ValueTask<FetchedFile> FetchAsync(Uri address, string folder, CancellationToken ct);
}
