using Microsoft.Data.Sqlite;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Tells what the disk did to a statement from what is wrong with the statement.</summary>
internal static class SqliteFailure
{
    /// <summary>What to do with a database that is wrong inside.</summary>
    public const string Replace = "Move it aside, then put a backup back (admin restore), or make it anew from the journal beside the blobs (admin rebuild)";

    private const int Error = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int OutOfMemory = 7;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    /// <summary>Whether the store failed; else the fault is the program's.</summary>
    public static bool IsOfStore(Exception e) =>
        e is SqliteException { SqliteErrorCode: Busy or OutOfMemory or IoError or Corrupt or Full or CannotOpen or NotADatabase };

    /// <summary>What to do where a database cannot be opened. Only what is wrong inside it is a reason to replace it: at its opening no statement is wrong, so <see cref="Error"/> is of its content too.</summary>
    public static string AdviceOn(SqliteException e) => e.SqliteErrorCode switch
    {
        Corrupt or NotADatabase or Error or Constraint => Replace,
        Busy or Locked => "Another program has it open: end that one and start again",
        ReadOnly => "The file or its folder cannot be written: look at their rights, and at how the file system is mounted",
        CannotOpen => "Look at the rights of the file, of its log beside it (-wal, -shm) and of their folder",
        Full => "The disk is full: nothing is lost, make room and start again",
        IoError => "The disk or its file system failed: look at the system's log before anything is replaced",
        _ => "",
    };

    /// <summary>A store's failure in the words of the contract; any other as it is.</summary>
    public static Exception Of(Exception e) => e switch
    {
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => new DamagedDatabaseException(e.Message, e),
        _ when IsOfStore(e) => new IOException($"the database failed: {e.Message}", e),
        _ => e,
    };
}
