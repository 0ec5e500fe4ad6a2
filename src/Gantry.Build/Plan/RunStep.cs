namespace Gantry.Build.Plan;

/// <summary>Runs a command in the image: RUN.</summary>
public sealed record RunStep : StageStep;
