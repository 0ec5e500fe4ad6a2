namespace Gantry.Server.Upkeep;

/// <summary>What reading a blob's bytes came to.</summary>
public enum Soundness
{
    /// <summary>Nobody knows: they could not be read just now.</summary>
    Unknown,

    /// <summary>They are what the digest says.</summary>
    Whole,

    /// <summary>They are others, or too few.</summary>
    Wrong,

    /// <summary>There are none.</summary>
    Missing,
}
