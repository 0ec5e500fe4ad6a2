namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What a disk does wrong while it has power.</summary>
internal enum DiskFault
{
    None,

    /// <summary>One call, whichever it is, fails with an I/O error and does nothing.</summary>
    Error,

    /// <summary>For some steps nothing that takes room is done.</summary>
    Full,

    /// <summary>One write does a part of its work and finds the disk full.</summary>
    ShortWrite,

    /// <summary>One flush of a file fails, and what it was to write is forgotten: readers see it until the power goes, later flushes succeed without it.</summary>
    LostFlush,

    /// <summary>One flush of a folder fails. A later one may make the names durable: no file system with a journal says so without having done it.</summary>
    FolderFlush,

    /// <summary>One call that only looks fails with an I/O error.</summary>
    ReadError,
}
