namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What of the unflushed a disk still has when the power is back.</summary>
internal enum Survival
{
    /// <summary>None of it.</summary>
    Nothing,

    /// <summary>All of it.</summary>
    Everything,

    /// <summary>Names as far as they were given in order, and any part of the bytes: a file system that journals names alone.</summary>
    Journal,

    /// <summary>Every name and no bytes: files of zeros, or without length.</summary>
    NamesAlone,

    /// <summary>Every byte and no name.</summary>
    BytesAlone,

    /// <summary>Whatever: any names, any sectors of any write, in any order, and beyond what was flushed what lay there before.</summary>
    Anything,
}
