using Gantry.Chaos.History;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>What a registry answered where it did answer: yes or no, and perhaps what it found.</summary>
internal sealed record Answer(bool IsDone)
{
    public static readonly Answer Done = new(true);

    public static readonly Answer Refused = new(false);

    /// <summary>What a tag stands for; null for nothing.</summary>
    public Descriptor? Descriptor { get; init; }

    public CallOutcome Outcome => IsDone ? CallOutcome.Done : CallOutcome.Refused;
}
