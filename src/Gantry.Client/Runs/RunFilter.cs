using System.Text;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;

namespace Gantry.Client.Runs;

/// <summary>Which runs a list shows; what is null does not matter.</summary>
public sealed record RunFilter
{
    public RunStatus? Status { get; init; }

    /// <summary>The stored task that a run is of.</summary>
    public string? TaskName { get; init; }

    /// <summary>An image that a run made.</summary>
    public (RepositoryName Repository, Digest Digest)? Image { get; init; }

    /// <summary>The filter in OData's words; empty where everything is shown.</summary>
    internal string ToOData()
    {
        var text = new StringBuilder();
        if (TaskName is { } task)
            Append($"TaskName eq {Quote(task)}");
        if (Status is { } status)
            Append($"Status eq {Quote(status.ToString())}");
        if (Image is { } image)
            Append($"contains(OutputImageManifests, {Quote($"{image.Repository}@{image.Digest}")})");
        return text.ToString();

        void Append(string term) => text.Append(text.Length == 0 ? "" : " and ").Append(term);
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
