namespace Gantry.Chaos.History;

/// <summary>What a client wanted, with each of its tries.</summary>
internal sealed record Operation
{
    /// <summary>For instance <c>push manifest</c> or <c>skopeo pull</c>.</summary>
    public required string Kind { get; init; }

    public required int Client { get; init; }

    /// <summary>The first try and up to three more.</summary>
    public required IReadOnlyList<Attempt> Attempts { get; init; }

    public long Begin => Attempts[0].Begin;

    public long End => Attempts[^1].End;

    public bool Succeeded => Attempts[^1].Error is null;
}
