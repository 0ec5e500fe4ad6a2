using System.Globalization;
using System.IO.Compression;
using Gantry.Build.Layers;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>What a build may touch.</summary>
public sealed record BuildEnvironment
{
    public required IImageSource Images { get; init; }

    public required IAddressFetcher Addresses { get; init; }

    /// <summary>A folder of this build alone. Whoever made it removes it.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Told every line of the build's log.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>Told once all steps are done and before anything is stored; null for nobody.</summary>
    public Action? OnBuilt { get; init; }

    /// <summary>Told of each layer once the output has it; null for nobody.</summary>
    public Action<CopyEvent>? OnStored { get; init; }

    /// <summary>What goes into created times.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Labels of the target, stronger than the Dockerfile's.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>How hard layers are compressed. Fastest by default: the level above it takes twice the time for a sixth of the bytes.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Fastest;

    /// <summary>How many blocks of a layer are compressed ahead. Layers are the same for any number.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The platform of an image that begins with nothing.</summary>
    public required Platform ScratchPlatform { get; init; }

    /// <summary><see cref="Now"/> as documents write it: RFC 3339, UTC.</summary>
    public string CreatedText => Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public TarLimits Limits { get; init; } = TarLimits.Default;

    /// <summary>What may be written to the work folder.</summary>
    public DiskBudget Disk => field ??= new DiskBudget(Limits);
}
