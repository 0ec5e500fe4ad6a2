using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>A context that was opened: every file that was brought, before ignore rules take any away.</summary>
public abstract class ContextFiles
{
    /// <summary>The Dockerfile, where it is all that was brought; null for a context with files.</summary>
    public byte[]? Dockerfile { get; init; }

    /// <summary>A file by its path, links followed inside the context; null where there is none.</summary>
    public abstract LayerEntry? Find(string path);

    /// <summary>Names at the context's root, in byte order.</summary>
    public abstract IEnumerable<string> RootNames { get; }

    /// <summary>What COPY and ADD see.</summary>
    public abstract BuildContext Read(IgnoreRules ignore, CancellationToken ct);
}
