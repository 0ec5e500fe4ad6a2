using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Options;

/// <summary>A target that the command line named, opened.</summary>
internal sealed class OpenTarget(ITarget target, RegistryClient? client) : IDisposable
{
    public const string Registry = "registry";
    public const string Layout = "oci-layout";

    public ITarget Target { get; } = target;

    /// <summary><c>registry</c> or <c>oci-layout</c>, as messages say it.</summary>
    public string Kind { get; } = client is null ? Layout : Registry;

    /// <summary>As it was written, without a list's further tags.</summary>
    public required string Raw { get; init; }

    /// <summary>The repository with its registry, or the folder.</summary>
    public required string Path { get; init; }

    /// <summary>Tag or digest; null where none was written.</summary>
    public string? Version { get; init; }

    /// <summary>The further tags of a list.</summary>
    public IReadOnlyList<string> MoreTags { get; init; } = [];

    /// <summary>As results show it: <c>[registry] localhost:5000/hello:v1</c>.</summary>
    public string Display => $"[{Kind}] {Raw}";

    /// <summary>The reference of content here.</summary>
    public string At(Digest digest) => $"{Path}@{digest}";

    /// <summary>There is nothing at the reference.</summary>
    /// <param name="failed">What could not be done, with a colon; empty where the command is plain enough.</param>
    public CommandException NotFound(string failed = "") => new(ExitCode.NotFound, $"{failed}{Raw}: not found")
    {
        Heading = Kind == Registry ? CommandException.FromRegistry : "Error:",
    };

    /// <summary>The blob that the reference names; null where there is none.</summary>
    /// <exception cref="CommandException">The reference has no digest.</exception>
    public ValueTask<Descriptor?> FindBlobAsync(CancellationToken ct)
    {
        if (!Digest.TryParse(Version, out var digest))
            throw CommandException.WrongUsage($"\"{Printable.Of(Raw)}\": a blob is named by its digest", "Please specify it in the form of \"<name>@<digest>\"");
        return Target switch
        {
            RemoteRepository repository => repository.ResolveBlobAsync(digest, ct),
            OciLayout layout => layout.FindBlobAsync(digest, ct),
            _ => throw new InvalidOperationException($"{Kind} has no blobs"),
        };
    }

    public void Dispose() => client?.Dispose();
}
