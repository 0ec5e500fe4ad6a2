using System.Runtime.InteropServices;
using SQLitePCL;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Chooses the SQLite library: the system's, which the distribution keeps patched, else the one that is shipped.</summary>
internal static class SqliteEngine
{
    private const string SystemLibrary = "libsqlite3.so.0";

    private static readonly Lazy<string> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>For instance <c>SQLite 3.40.1 (system)</c>. Loads the library when it is asked first.</summary>
    public static string Description => Loaded.Value;

    private static string Load()
    {
        var system = false;
        // The resolver stands before the first call into the library: afterwards the choice is made.
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, assembly, search) =>
        {
            if (name != "e_sqlite3" || !OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(SystemLibrary, out var library))
                return nint.Zero;
            system = true;
            return library;
        });
        Batteries_V2.Init();
        var version = raw.sqlite3_libversion().utf8_to_string();
        return $"SQLite {version} ({(system ? "system" : "bundled")})";
    }
}
