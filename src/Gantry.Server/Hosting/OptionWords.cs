using Gantry.Server.Registry;

namespace Gantry.Server.Hosting;

/// <summary>Options that are words.</summary>
public static class OptionWords
{
    /// <exception cref="FormatException">The text is none of the words.</exception>
    public static VerifyReads ReadVerifyReads(string text) => text switch
    {
        "first" => VerifyReads.First,
        "always" => VerifyReads.Always,
        "never" => VerifyReads.Never,
        _ => throw new FormatException("write first, always or never"),
    };
}
