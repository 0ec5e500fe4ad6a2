namespace Gantry.Build.Context;

/// <summary>A context that was packed for upload.</summary>
/// <param name="Bytes">Length of the tar.gz.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="Dockerfile">Where the Dockerfile is in it: at its root, under a name that no file of the context has.</param>
public sealed record PackedContext(long Bytes, int Files, string Dockerfile)
{
    /// <summary>What stands at the folder's root and was left out although no rule says so: what version control keeps there.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
