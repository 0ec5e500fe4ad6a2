namespace Gantry.Chaos.History;

/// <summary>One call of one client on one register: a tag, or whether a manifest is there.</summary>
internal sealed record Call
{
    public required string Register { get; init; }

    public required CallKind Kind { get; init; }

    public required CallOutcome Outcome { get; init; }

    /// <summary>What a read saw (null for nothing), what a write wrote, what a clearing takes.</summary>
    public string? Value { get; init; }

    /// <summary>What a conditional write expects; null for nothing.</summary>
    public string? Expected { get; init; }

    /// <summary>When it was sent, on the one clock of this process.</summary>
    public long Begin { get; init; }

    /// <summary>When its answer was there. For a call whose outcome is unknown: after which it cannot take effect any more, <see cref="long.MaxValue"/> where nobody knows.</summary>
    public long End { get; init; }

    /// <summary>Who called, for people who read a history.</summary>
    public int Client { get; init; }

    public override string ToString()
    {
        var asked = Kind switch
        {
            CallKind.Read => $"read {Value ?? "nothing"}",
            CallKind.Write => $"write {Value}",
            CallKind.WriteIf => $"write {Value} over {Expected ?? "nothing"}",
            CallKind.Delete => "delete",
            _ => $"clear {Value}",
        };
        return $"client {Client}: {asked}, {Outcome}, {Begin} to {(End == long.MaxValue ? "?" : End)}";
    }
}
