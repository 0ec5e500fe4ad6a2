using Gantry.Chaos.History;

namespace Gantry.Chaos.Report;

/// <summary>A fault, and the operations that it touched.</summary>
internal sealed record WindowResult(FaultWindow Window, IReadOnlyList<Operation> Operations)
{
    public int Succeeded { get; } = Operations.Count(operation => operation.Succeeded);

    /// <summary>The part that succeeded after its retries; one where nothing was touched.</summary>
    public double Rate => Operations.Count == 0 ? 1 : (double)Succeeded / Operations.Count;
}
