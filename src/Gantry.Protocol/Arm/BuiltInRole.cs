namespace Gantry.Protocol.Arm;

/// <summary>A role that Azure knows too.</summary>
/// <param name="Name">The name that people give it by.</param>
/// <param name="Id">Azure's own, which is the same in every tenant.</param>
/// <param name="Description">A sentence for people.</param>
/// <param name="Actions">What it allows on resources.</param>
/// <param name="NotActions">What it does not, of that.</param>
/// <param name="DataActions">What it allows on repositories.</param>
public sealed record BuiltInRole(
    string Name, Guid Id, string Description, IReadOnlyList<string> Actions, IReadOnlyList<string> NotActions, IReadOnlyList<string> DataActions);
