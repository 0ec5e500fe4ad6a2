namespace Gantry.Server.Metadata;

/// <summary>Why the bytes of a digest are about to leave their place.</summary>
public enum GoingReason
{
    /// <summary>Nobody needs them: they are deleted.</summary>
    Garbage,

    /// <summary>They are not what their digest says: they are moved aside.</summary>
    Damage,
}
