namespace Gantry.Chaos.History;

/// <summary>What a client asked of a register.</summary>
internal enum CallKind
{
    /// <summary>Its value, or that it has none.</summary>
    Read,

    /// <summary>To have a value, whatever it had.</summary>
    Write,

    /// <summary>To have a value if it has the expected one; expecting null is expecting none.</summary>
    WriteIf,

    /// <summary>To have none.</summary>
    Delete,

    /// <summary>To have none if it has this value: deleting a manifest takes the tags that name it.</summary>
    Clear,
}
