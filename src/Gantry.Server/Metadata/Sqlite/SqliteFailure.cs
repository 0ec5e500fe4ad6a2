using Microsoft.Data.Sqlite;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Tells what the disk did to a statement from what is wrong with the statement.</summary>
internal static class SqliteFailure
{
    private const int Busy = 5;
    private const int OutOfMemory = 7;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Whether the store failed; else the fault is the program's.</summary>
    public static bool IsOfStore(Exception e) =>
        e is SqliteException { SqliteErrorCode: Busy or OutOfMemory or IoError or Corrupt or Full or CannotOpen or NotADatabase };

    /// <summary>A store's failure in the words of the contract; any other as it is.</summary>
    public static Exception Of(Exception e) => e switch
    {
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => new DamagedDatabaseException(e.Message, e),
        _ when IsOfStore(e) => new IOException($"the database failed: {e.Message}", e),
        _ => e,
    };
}
