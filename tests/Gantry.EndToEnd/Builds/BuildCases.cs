namespace Gantry.EndToEnd.Builds;

/// <summary>All cases, by what they are about.</summary>
internal static class BuildCases
{
    public static IReadOnlyList<BuildCase> All { get; } =
        [.. SyntaxCases.All, .. VariableCases.All, .. ConfigCases.All, .. StageCases.All, .. CopyCases.All, .. PlaceCases.All, .. AddCases.All];
}
