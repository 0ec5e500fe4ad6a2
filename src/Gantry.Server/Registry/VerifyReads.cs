namespace Gantry.Server.Registry;

/// <summary>Which blobs are hashed while they are sent.</summary>
public enum VerifyReads
{
    /// <summary>Those that this process has not verified yet, or whose file has changed since.</summary>
    First,

    /// <summary>All of them.</summary>
    Always,

    /// <summary>None: the scrub alone finds damage.</summary>
    Never,
}
