namespace Gantry.Server.Access.Federation;

/// <summary>Audiences of tokens that were made for Azure's management API.</summary>
public static class ArmAudience
{
    // management.azure.com, management.core.windows.net, and those of the other clouds.
    private const string Beginning = "https://management.";

    public static bool Is(string audience) => audience.StartsWith(Beginning, StringComparison.OrdinalIgnoreCase);
}
