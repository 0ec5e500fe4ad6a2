using Gantry.Protocol.Oci;

namespace Gantry.Build.Plan;

/// <summary>A stage with every variable replaced: what to do, in order, and what the config is at its end.</summary>
/// <param name="Steps">One for each instruction, triggers of the base first.</param>
/// <param name="Settings">The image's settings.</param>
/// <param name="Author">The author, where the stage or its base names one.</param>
/// <param name="Arguments">The arguments that are known at its end: stages that stand on this one inherit them.</param>
public sealed record EvaluatedStage(IReadOnlyList<StageStep> Steps, ImageSettings Settings, string? Author, IReadOnlyDictionary<string, string> Arguments);
