using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>How a graph is copied.</summary>
public sealed record CopyOptions
{
    public static readonly CopyOptions Default = new();

    /// <summary>Transfers at once. 3, as ORAS has it.</summary>
    public int Concurrency { get; init; } = 3;

    /// <summary>Told what happens; null for nobody.</summary>
    public Action<CopyEvent>? OnEvent { get; init; }

    /// <summary>Another repository of the target's registry that has the blobs; null where there is none.</summary>
    public RepositoryName? MountFrom { get; init; }

    /// <summary>Which of a manifest's successors to follow: parent, then child; null follows all. Content that is left out is not copied, and told as <see cref="CopyStage.Skipped"/>.</summary>
    public Func<Descriptor, Descriptor, bool>? Follow { get; init; }

    /// <summary>Copies a manifest's subject too, before the manifest: what <c>cp</c> of a referrer needs. The subject is not one of a manifest's parts.</summary>
    public bool IncludeSubject { get; init; }

    /// <summary>Takes the manifest of this platform where the root is an index; null copies the whole.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Bounds on what is read into memory.</summary>
    public OciLimits Limits { get; init; } = OciLimits.Default;
}
