namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What a program asks of a disk. Those from <see cref="Create"/> on change it, and are the steps between which the power may go.</summary>
internal enum DiskCall
{
    Open,
    Read,
    List,
    Create,
    Write,
    SetLength,
    Allocate,
    Flush,
    CreateFolder,
    FlushFolder,
    Rename,
    Delete,
}
