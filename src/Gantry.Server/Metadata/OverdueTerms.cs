namespace Gantry.Server.Metadata;

/// <summary>When the server ends a run that its worker did not end.</summary>
/// <param name="Now">The time.</param>
/// <param name="MaxAttempts">So many workers may be lost with a run; then it is over.</param>
/// <param name="Grace">How long after its time a worker may take to say that it is over.</param>
public readonly record struct OverdueTerms(DateTimeOffset Now, int MaxAttempts, TimeSpan Grace);
