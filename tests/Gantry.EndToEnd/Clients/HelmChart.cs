namespace Gantry.EndToEnd.Clients;

/// <summary>What helm keeps of a chart in a registry.</summary>
/// <param name="Name">The chart's own name, the last part of the repository's.</param>
/// <param name="Config">Chart.yaml as JSON.</param>
/// <param name="Package">The archive that <c>helm package</c> makes.</param>
/// <param name="Provenance">The signature of the archive; null where it is not signed.</param>
internal sealed record HelmChart(string Name, byte[] Config, byte[] Package, byte[]? Provenance);
