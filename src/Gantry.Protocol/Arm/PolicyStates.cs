namespace Gantry.Protocol.Arm;

/// <summary>The words for on and off, of policies and tokens.</summary>
public static class PolicyStates
{
    public const string Enabled = "enabled";
    public const string Disabled = "disabled";

    /// <returns>Null where the word is neither, in any case.</returns>
    public static bool? IsOn(string? word) =>
        string.Equals(word, Enabled, StringComparison.OrdinalIgnoreCase) ? true : string.Equals(word, Disabled, StringComparison.OrdinalIgnoreCase) ? false : null;

    public static string Of(bool enabled) => enabled ? Enabled : Disabled;
}
