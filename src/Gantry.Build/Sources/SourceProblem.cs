using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

/// <summary>Says what went wrong with a registry in a sentence for the build's log.</summary>
internal static class SourceProblem
{
    public static BuildException NotFound(Reference name) => new($"{name} was not found: there is no such image in {name.Registry}");

    /// <summary>Whether a failure is the source's: not cancellation, and no sentence already.</summary>
    public static bool Is(Exception failure) => failure is RegistryException or ForeignOriginException or ContentMismatchException or ContentNotFoundException
        or OciFormatException or HttpRequestException or FormatException or IOException;

    public static BuildException Of(Exception failure, Reference name) => failure switch
    {
        RegistryException { Status: 401 or 403 } => new BuildException($"{name} may not be read: {failure.Message}", failure),
        RegistryException { Status: 404 } => NotFound(name),
        ForeignOriginException => new BuildException($"{name} cannot be read: {failure.Message}. Whoever runs the server allows it with --mirror or --build-allow-private", failure),
        HttpRequestException { InnerException: { } inner } => new BuildException($"{name} cannot be read: {name.Registry} cannot be reached: {inner.Message}", failure),
        _ => new BuildException($"{name} cannot be read: {failure.Message}", failure),
    };
}
