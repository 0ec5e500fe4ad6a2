namespace Gantry.Load.Peers;

/// <summary>Who takes part.</summary>
internal enum PeerKind
{
    /// <summary>Ours, in development mode: requests without credentials.</summary>
    Gantry,

    /// <summary>Ours, closed: every request with a Bearer token of its own token end point.</summary>
    GantryBearer,

    /// <summary>Debian's docker-registry.</summary>
    DockerRegistry,

    /// <summary>Debian's nginx, serving files.</summary>
    Nginx,

    /// <summary>Kestrel with one empty route.</summary>
    EmptyKestrel,
}
