using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gantry.Server.Metadata.Sqlite;
using SQLitePCL;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>Puts simulated disks under SQLite: a layer over its own file calls ("A VFS shim", sqlite.org/vfs.html).</summary>
/// <remarks>
/// It is the process's default, and hands every file that lies on no simulated disk to the layer below as if it were not there.
/// Locks and shared memory always go below: they are gone with the process anyway.
/// </remarks>
internal static unsafe class SqliteOnDisk
{
    private const int Ok = 0;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int IoRead = 10 | (1 << 8);
    private const int IoWrite = 10 | (3 << 8);
    private const int IoSync = 10 | (4 << 8);
    private const int IoTruncate = 10 | (6 << 8);
    private const int IoDelete = 10 | (10 << 8);

    private const int MayCreate = 0x4;
    private const int IsJournalOrLog = 0x80000 | 0x800 | 0x4000;

    private static readonly ConcurrentDictionary<string, SimulatedDisk> Disks = new(StringComparer.Ordinal);
    private static readonly Vfs* Below = Register();
    private static FileMethods* _methods;

    public static void Mount(SimulatedDisk disk)
    {
        Disks[disk.Root] = disk;
        _ = Below;
    }

    public static void Unmount(SimulatedDisk disk) => Disks.TryRemove(disk.Root, out _);

    private static Vfs* Register()
    {
        // The library that the program has chosen, and no second copy of it.
        _ = SqliteEngine.Description;
        if (!NativeLibrary.TryLoad("libsqlite3.so.0", out var library))
            library = NativeLibrary.Load("e_sqlite3", typeof(SQLite3Provider_e_sqlite3).Assembly, null);
        var below = ((delegate* unmanaged[Cdecl]<byte*, Vfs*>)NativeLibrary.GetExport(library, "sqlite3_vfs_find"))(null);

        _methods = (FileMethods*)NativeMemory.AllocZeroed((nuint)sizeof(FileMethods));
        *_methods = new FileMethods
        {
            // Version 2 has shared memory for the log's index and no mapped reads, which would pass by here.
            Version = 2,
            Close = &Close, Read = &Read, Write = &Write, Truncate = &Truncate, Sync = &Sync, FileSize = &FileSize, Lock = &Lock, Unlock = &Unlock,
            CheckReservedLock = &CheckReservedLock, FileControl = &FileControl, SectorSize = &SectorSize, DeviceCharacteristics = &DeviceCharacteristics,
            ShmMap = &ShmMap, ShmLock = &ShmLock, ShmBarrier = &ShmBarrier, ShmUnmap = &ShmUnmap,
        };
        var own = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *own = *below;
        own->SizeOfFile = sizeof(OpenFile) + below->SizeOfFile;
        own->Name = (byte*)Marshal.StringToCoTaskMemUTF8("simulated-disk");
        own->Open = &Open;
        own->Delete = &Delete;
        ((delegate* unmanaged[Cdecl]<Vfs*, int, int>)NativeLibrary.GetExport(library, "sqlite3_vfs_register"))(own, 1);
        return below;
    }

    private static SimulatedDisk? DiskOf(byte* name, out string path)
    {
        path = name is null ? "" : Marshal.PtrToStringUTF8((nint)name)!;
        foreach (var (root, disk) in Disks)
        {
            if (path.StartsWith(root, StringComparison.Ordinal) && path.Length > root.Length && path[root.Length] == '/')
            {
                path = path[root.Length..];
                return disk;
            }
        }
        return null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* given)
    {
        if (DiskOf(name, out var path) is not { } disk)
            return Below->Open(Below, name, file, flags, given);
        file->Methods = null;
        var exists = File.Exists(disk.Root + path);
        var makes = !exists && (flags & MayCreate) != 0;
        if (disk.Enter(makes ? DiskCall.Create : DiskCall.Open, path) is not DiskOutcome.Done)
            return CannotOpen;
        var result = Below->Open(Below, name, (OpenFile*)Under(file), flags, given);
        if (result != Ok)
            return result;
        var known = disk.Find(path);
        if (known is null)
            disk.Name(path, known = new DiskFile([]));
        file->Methods = _methods;
        // SQLite flushes the folder with the first flush of a log or journal that it has made.
        file->State = GCHandle.ToIntPtr(GCHandle.Alloc(new FileState(disk, known, path) { FolderFlushIsDue = makes && (flags & IsJournalOrLog) != 0 }));
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int flushFolder)
    {
        if (DiskOf(name, out var path) is not { } disk)
            return Below->Delete(Below, name, flushFolder);
        if (File.Exists(disk.Root + path))
        {
            if (disk.Enter(DiskCall.Delete, path) is not DiskOutcome.Done)
                return IoDelete;
            disk.Unname(path);
        }
        var result = Below->Delete(Below, name, 0);
        return result == Ok && flushFolder != 0 && !FlushFolder(disk, path) ? IoDelete : result;
    }

    private static bool FlushFolder(SimulatedDisk disk, string path)
    {
        var folder = path[..path.LastIndexOf('/')];
        var outcome = disk.Enter(DiskCall.FlushFolder, folder);
        if (outcome is DiskOutcome.Done)
            disk.FlushFolder(folder);
        return outcome is DiskOutcome.Done;
    }

    private static FileState StateOf(OpenFile* file) => (FileState)GCHandle.FromIntPtr(file->State).Target!;

    private static void* Under(OpenFile* file) => file + 1;

    private static FileMethods* MethodsUnder(OpenFile* file) => ((OpenFile*)Under(file))->Methods;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        GCHandle.FromIntPtr(file->State).Free();
        return MethodsUnder(file)->Close((OpenFile*)Under(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, void* into, int count, long offset) =>
        StateOf(file).Enter(DiskCall.Read, 0, 0) is DiskOutcome.Done ? MethodsUnder(file)->Read((OpenFile*)Under(file), into, count, offset) : IoRead;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, void* bytes, int count, long offset)
    {
        var state = StateOf(file);
        var outcome = state.Enter(DiskCall.Write, count, offset);
        if (outcome is DiskOutcome.Short)
            count /= 2;
        else if (outcome is not DiskOutcome.Done)
            return outcome is DiskOutcome.Full ? Full : IoWrite;
        var result = MethodsUnder(file)->Write((OpenFile*)Under(file), bytes, count, offset);
        if (result == Ok)
            state.File.Write(new ReadOnlySpan<byte>(bytes, count), offset);
        return outcome is DiskOutcome.Short ? Full : result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long size)
    {
        var state = StateOf(file);
        if (state.Enter(DiskCall.SetLength, 0, size) is not DiskOutcome.Done)
            return IoTruncate;
        var result = MethodsUnder(file)->Truncate((OpenFile*)Under(file), size);
        if (result == Ok)
            state.File.SetLength(size);
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags)
    {
        var state = StateOf(file);
        switch (state.Enter(DiskCall.Flush, 0, 0))
        {
            case DiskOutcome.Done:
                state.File.Flush();
                break;
            case DiskOutcome.Error:
                state.File.Forget();
                return IoSync;
            default:
                return IoSync;
        }
        if (state.FolderFlushIsDue)
        {
            // It asks once, and takes no notice of the answer.
            state.FolderFlushIsDue = false;
            FlushFolder(state.Disk, state.Path);
        }
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OpenFile* file, long* size) => MethodsUnder(file)->FileSize((OpenFile*)Under(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(OpenFile* file, int level) => MethodsUnder(file)->Lock((OpenFile*)Under(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(OpenFile* file, int level) => MethodsUnder(file)->Unlock((OpenFile*)Under(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OpenFile* file, int* held) => MethodsUnder(file)->CheckReservedLock((OpenFile*)Under(file), held);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(OpenFile* file, int what, void* argument) => MethodsUnder(file)->FileControl((OpenFile*)Under(file), what, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(OpenFile* file) => MethodsUnder(file)->SectorSize((OpenFile*)Under(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(OpenFile* file) => MethodsUnder(file)->DeviceCharacteristics((OpenFile*)Under(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(OpenFile* file, int region, int size, int extend, void** memory) => MethodsUnder(file)->ShmMap((OpenFile*)Under(file), region, size, extend, memory);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(OpenFile* file, int offset, int count, int flags) => MethodsUnder(file)->ShmLock((OpenFile*)Under(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(OpenFile* file) => MethodsUnder(file)->ShmBarrier((OpenFile*)Under(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(OpenFile* file, int delete) => MethodsUnder(file)->ShmUnmap((OpenFile*)Under(file), delete);

    private sealed class FileState(SimulatedDisk disk, DiskFile file, string path)
    {
        public SimulatedDisk Disk => disk;

        public DiskFile File => file;

        public string Path => path;

        public bool FolderFlushIsDue { get; set; }

        public DiskOutcome Enter(DiskCall call, long count, long offset) =>
            disk.Enter(call, call is DiskCall.Write ? $"{path} {count} at {offset}" : call is DiskCall.SetLength ? $"{path} {offset}" : path);
    }

    /// <summary>sqlite3_file: the methods come first; the file of the layer below lies behind this one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenFile
    {
        public FileMethods* Methods;
        public nint State;
    }

    /// <summary>sqlite3_vfs, up to the calls that are not ours.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int SizeOfFile;
        public int LongestPath;
        public Vfs* Next;
        public byte* Name;
        public void* AppData;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        private readonly Others _others;

        /// <summary>From xAccess to xNextSystemCall: copied from the layer below.</summary>
        [InlineArray(14)]
        private struct Others
        {
            private nint _first;
        }
    }

    /// <summary>sqlite3_io_methods of version 2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> DeviceCharacteristics;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, void> ShmBarrier;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> ShmUnmap;
    }
}
