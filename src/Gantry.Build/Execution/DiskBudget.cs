using Gantry.Build.Layers;

namespace Gantry.Build.Execution;

/// <summary>What one build may write to its work folder: a Dockerfile that copies the same files a thousand times, or names bases without end, does not fill the disk.</summary>
/// <param name="limits">Bytes that an archive may unpack to: a build may write twice as many, for the files themselves and for the layers that they go into.</param>
public sealed class DiskBudget(TarLimits limits)
{
    private readonly long _most = limits.Bytes > long.MaxValue / 2 ? long.MaxValue : 2 * limits.Bytes;
    private long _taken;

    /// <summary>To be asked before the bytes are written.</summary>
    /// <exception cref="InvalidDataException">Altogether they are too many.</exception>
    public void Take(long bytes)
    {
        if (bytes > _most - _taken)
            throw new InvalidDataException($"the build needs more than {_most} bytes of disk");
        _taken += bytes;
    }
}
