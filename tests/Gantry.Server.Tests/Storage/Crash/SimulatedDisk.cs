using System.Globalization;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>A disk whose power can be cut between any two calls, and which remembers what was flushed.</summary>
/// <remarks><code>
///   program ──► SimulatedFiles, SqliteOnDisk ──(1) Enter: counted, refused, cut──► (2) real files below Root: what programs see
///                                                                            └───► (3) bytes and names that are flushed, and those that are not
///   AfterKill: a new Root with all that programs saw, (3) as it was          AfterPowerCut: a new Root with (3), and of the unflushed what <see cref="Survival"/> says
/// </code>
/// A name is durable once its folder was flushed after it was given; a rename into another folder is two names, each durable by itself.
/// The real files lie in memory where the system has room for that, for their own flushes mean nothing.
/// </remarks>
internal sealed class SimulatedDisk : IDisposable
{
    private static int _count;

    private readonly Lock _lock = new();

    /// <summary>By path from the root; a folder has no file.</summary>
    private readonly Dictionary<string, DiskFile?> _live;
    private readonly Dictionary<string, DiskFile?> _durable;
    private readonly List<NameChange> _pending;
    private readonly List<string> _calls = [];

    private int _cutAt = int.MaxValue;
    private DiskFault _fault;
    private int _faultAt;
    private int _faultUntil;
    private int? _cutAfterFault;

    /// <param name="image">Durable files by their path from the root; none for an empty disk.</param>
    public SimulatedDisk(IReadOnlyDictionary<string, byte[]>? image = null) : this([], [], [])
    {
        foreach (var (path, bytes) in image ?? new Dictionary<string, byte[]>())
        {
            for (var folder = FolderOf(path); folder.Length > 0 && _durable.TryAdd(folder, null); folder = FolderOf(folder))
                _live[folder] = null;
            _durable[path] = _live[path] = new DiskFile(bytes);
            Directory.CreateDirectory(Path.GetDirectoryName(Root + path)!);
            File.WriteAllBytes(Root + path, bytes);
        }
    }

    private SimulatedDisk(Dictionary<string, DiskFile?> live, Dictionary<string, DiskFile?> durable, List<NameChange> pending)
    {
        (_live, _durable, _pending) = (live, durable, pending);
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        Root = Path.Join(memory, string.Create(CultureInfo.InvariantCulture, $"gantry-crash-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"));
        Directory.CreateDirectory(Root);
        SqliteOnDisk.Mount(this);
    }

    /// <summary>The real folder in which programs see the disk.</summary>
    public string Root { get; }

    /// <summary>Changing calls so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Calls so far that only look.</summary>
    public int Looks { get; private set; }

    /// <summary>Whether the power is gone: every call fails and does nothing.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Whether the planned fault has come.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The calls in order, each with its step and what came of it.</summary>
    public string Trace
    {
        get
        {
            lock (_lock)
                return string.Join('\n', _calls);
        }
    }

    /// <summary>Cuts the power before the call that is so many steps away.</summary>
    public void CutAfter(int steps)
    {
        lock (_lock)
            _cutAt = Steps + steps;
    }

    /// <summary>Cuts the power so many steps after the planned fault.</summary>
    public void CutAfterFault(int steps)
    {
        lock (_lock)
            _cutAfterFault = steps;
    }

    /// <summary>Plans a fault for the first call that it fits, so many steps away or later; for one that looks, so many looks.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="steps">When.</param>
    /// <param name="during">How many steps a full disk stays full.</param>
    public void FailAfter(DiskFault fault, int steps, int during = 1)
    {
        lock (_lock)
            (_fault, _faultAt, _faultUntil) = (fault, (fault is DiskFault.ReadError ? Looks : Steps) + steps, Steps + steps + during);
    }

    /// <summary>There is room again, and no fault to come.</summary>
    public void Heal()
    {
        lock (_lock)
            _fault = DiskFault.None;
    }

    public void Cut()
    {
        lock (_lock)
            IsOff = true;
    }

    /// <summary>(1) Counts a call and tells what becomes of it: the caller does what the answer says.</summary>
    public DiskOutcome Enter(DiskCall call, string path)
    {
        lock (_lock)
        {
            var changes = call >= DiskCall.Create;
            if (!IsOff && changes && Steps++ == _cutAt)
                IsOff = true;
            var outcome = IsOff ? DiskOutcome.Off : Fault(call, changes);
            if (!changes)
                Looks++;
            if (changes || outcome is DiskOutcome.Error)
                _calls.Add($"{Steps - 1,5} {call} {path}{(outcome is DiskOutcome.Done ? "" : $" => {outcome}")}");
            return outcome;
        }
    }

    private DiskOutcome Fault(DiskCall call, bool changes)
    {
        if (_fault is DiskFault.None || changes == (_fault is DiskFault.ReadError) || (changes ? Steps - 1 : Looks) < _faultAt)
            return DiskOutcome.Done;
        var outcome = (_fault, call) switch
        {
            (DiskFault.Error or DiskFault.ReadError, _) => DiskOutcome.Error,
            (DiskFault.Full, DiskCall.Create or DiskCall.Write or DiskCall.Allocate or DiskCall.CreateFolder or DiskCall.Rename) => DiskOutcome.Full,
            (DiskFault.ShortWrite, DiskCall.Write) => DiskOutcome.Short,
            (DiskFault.LostFlush, DiskCall.Flush) or (DiskFault.FolderFlush, DiskCall.FlushFolder) => DiskOutcome.Error,
            _ => DiskOutcome.Done,
        };
        if (outcome is DiskOutcome.Done && _fault is not DiskFault.Full)
            return outcome;
        HasFailed |= outcome is not DiskOutcome.Done;
        if (HasFailed && _cutAfterFault is { } steps)
            (_cutAt, _cutAfterFault) = (Steps + steps, null);
        if (_fault is not DiskFault.Full || Steps > _faultUntil)
            _fault = DiskFault.None;
        return outcome;
    }

    /// <summary>The path from the root: empty for the root itself.</summary>
    public string Relative(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return full.StartsWith(Root, StringComparison.Ordinal) && (full.Length == Root.Length || full[Root.Length] == '/')
            ? full[Root.Length..]
            : throw new ArgumentException($"\"{path}\" is not on this disk");
    }

    public DiskFile? Find(string path)
    {
        lock (_lock)
            return _live.GetValueOrDefault(path);
    }

    /// <summary>Gives a file or a folder (without a file) its name.</summary>
    public void Name(string path, DiskFile? file)
    {
        lock (_lock)
        {
            _live[path] = file;
            _pending.Add(new NameChange(path, file, IsGone: false));
        }
    }

    public void Unname(string path)
    {
        lock (_lock)
        {
            if (_live.Remove(path))
                _pending.Add(new NameChange(path, null, IsGone: true));
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            var file = _live[from];
            Name(to, file);
            Unname(from);
        }
    }

    public void FlushFolder(string folder)
    {
        lock (_lock)
        {
            foreach (var change in _pending.Where(change => FolderOf(change.Path) == folder))
                Apply(_durable, change);
            _pending.RemoveAll(change => FolderOf(change.Path) == folder);
        }
    }

    /// <summary>The same disk for another process, after this one was killed. This one is off.</summary>
    public SimulatedDisk AfterKill()
    {
        lock (_lock)
        {
            IsOff = true;
            var next = new SimulatedDisk(new(_live), new(_durable), [.. _pending]);
            foreach (var (path, file) in _live.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                if (file is null)
                    Directory.CreateDirectory(next.Root + path);
                else
                    File.Copy(Root + path, next.Root + path);
            }
            return next;
        }
    }

    /// <summary>What is there when the power is back. This disk is off.</summary>
    public SimulatedDisk AfterPowerCut(Survival how, Seeded chance)
    {
        lock (_lock)
        {
            IsOff = true;
            var names = new Dictionary<string, DiskFile?>(_durable);
            foreach (var change in Surviving(how, chance))
                Apply(names, change);
            var next = new SimulatedDisk();
            foreach (var (path, file) in names.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                // A name is only found through the folders above it, which sort before it.
                if (FolderOf(path) is { Length: > 0 } folder && !next._durable.ContainsKey(folder))
                    continue;
                var bytes = file?.Survivors(how, chance);
                next._durable[path] = next._live[path] = bytes is null ? null : new DiskFile(bytes);
                if (bytes is null)
                    Directory.CreateDirectory(next.Root + path);
                else
                    File.WriteAllBytes(next.Root + path, bytes);
            }
            return next;
        }
    }

    /// <summary>Everything that is durable, by path: an image to start others from.</summary>
    public Dictionary<string, byte[]> Image()
    {
        lock (_lock)
            return _durable.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!.Survivors(Survival.Nothing, new Seeded(0)));
    }

    private List<NameChange> Surviving(Survival how, Seeded chance) => how switch
    {
        Survival.Everything or Survival.NamesAlone => _pending,
        Survival.Journal => _pending[..chance.Below(_pending.Count + 1)],
        // Of each name some state that it had; names do not wait for one another.
        Survival.Anything => _pending.GroupBy(change => change.Path).SelectMany(own => own.Take(chance.Below(own.Count() + 1))).ToList(),
        _ => [],
    };

    private static void Apply(Dictionary<string, DiskFile?> names, NameChange change)
    {
        if (change.IsGone)
            names.Remove(change.Path);
        else
            names[change.Path] = change.File;
    }

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];

    public void Dispose()
    {
        if (!Directory.Exists(Root))
            return;
        SqliteOnDisk.Unmount(this);
        Directory.Delete(Root, recursive: true);
    }

    private readonly record struct NameChange(string Path, DiskFile? File, bool IsGone);
}
