namespace Gantry.Server.Metadata;

/// <summary>Why a sweep leaves what it looked at.</summary>
public enum SkipReason
{
    /// <summary>An upload is about to bring the same bytes.</summary>
    Held,

    /// <summary>Its bytes were found wrong, and are being moved aside.</summary>
    Going,

    /// <summary>A manifest names it, and its count says that none does: <c>gantry admin check --repair</c> counts anew.</summary>
    Miscounted,

    /// <summary>A lock forbids it.</summary>
    Locked,
}
