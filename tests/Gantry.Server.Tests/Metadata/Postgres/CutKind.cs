namespace Gantry.Server.Tests.Metadata.Postgres;

internal enum CutKind
{
    None,

    /// <summary>The server never gets the statement.</summary>
    Before,

    /// <summary>The server does what the statement says, and nobody hears its answer.</summary>
    After,

    /// <summary>The server never gets the statement, and its client hears that the connection ends.</summary>
    Told,
}
