namespace Gantry.Build.Plan;

/// <summary>Changes the config alone; the change is part of the evaluated stage.</summary>
public sealed record ConfigStep : StageStep;
