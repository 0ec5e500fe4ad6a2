namespace Gantry.Server.Hosting;

/// <summary>Options that are words.</summary>
public static class OptionWords
{
    /// <exception cref="FormatException">The text is none of the words.</exception>
    public static Registry.VerifyReads VerifyReads(string text) => text switch
    {
        "first" => Registry.VerifyReads.First,
        "always" => Registry.VerifyReads.Always,
        "never" => Registry.VerifyReads.Never,
        _ => throw new FormatException("write first, always or never"),
    };
}
