namespace Gantry.EndToEnd.Builds;

/// <summary>A Dockerfile with its context, built by buildah and by our engine, whose images are then compared line by line.</summary>
/// <param name="Name">A sentence's beginning: what the case shows.</param>
/// <param name="Dockerfile">Its text.</param>
internal sealed record BuildCase(string Name, string Dockerfile)
{
    /// <summary>What lies in the context.</summary>
    public ContextFiles Files { get; init; } = Some;

    public string? Target { get; init; }

    public Dictionary<string, string> Arguments { get; init; } = [];

    /// <summary>Both must refuse to build it; a part of our sentence.</summary>
    public string? Refused { get; init; }

    /// <summary>Why our image is right to differ from buildah's; null where it must not.</summary>
    public string? Differs { get; init; }

    /// <summary>Where it differs: keys of <see cref="FlatImage"/> with what ours has there, null for nothing.</summary>
    public Dictionary<string, string?> Ours { get; init; } = [];

    /// <summary>Buildah cannot build it at all: <see cref="Ours"/> is then all that is known.</summary>
    public bool BuildahCannot { get; init; }

    /// <summary>A context for cases that care little about it.</summary>
    public static ContextFiles Some { get; } = new ContextFiles()
        .File("a.txt", "a")
        .File("b.txt", "b")
        .File("run", "#!/bin/sh\n", mode: "755")
        .File(".hidden", "h")
        .File("dir/c.txt", "c")
        .File("dir/sub/d.txt", "d", mode: "600")
        .File("dir/.dot", "dot")
        .Folder("dir/empty")
        .Link("dir/link", "c.txt");

    public override string ToString() => Name;
}
