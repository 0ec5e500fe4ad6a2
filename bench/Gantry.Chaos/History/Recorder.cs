using System.Collections.Concurrent;

namespace Gantry.Chaos.History;

/// <summary>Keeps what the clients did and saw. For many threads.</summary>
internal sealed class Recorder(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly ConcurrentQueue<FaultWindow> _windows = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<long> _collections = new();
    private int? _driven;

    /// <summary>Ticks of 100 ns since the start, on a clock that never goes back.</summary>
    public long Now => time.GetElapsedTime(_start).Ticks;

    public IReadOnlyCollection<Call> Calls => _calls;

    public IReadOnlyCollection<Operation> Operations => _operations;

    public IReadOnlyCollection<FaultWindow> Windows => _windows;

    /// <summary>What must never happen, fault or none: wrong bytes, unknown manifests.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>The collections that ran, each with how many blobs it deleted.</summary>
    public IReadOnlyCollection<long> Collections => _collections;

    /// <summary>How many operations there were before the reading at the end.</summary>
    public int DrivenCount => _driven ?? _operations.Count;

    /// <summary>Says that what follows only reads back what is there.</summary>
    public void BeginReading() => _driven = _operations.Count;

    public void AddCollection(long blobs) => _collections.Enqueue(blobs);

    public void Add(Call call) => _calls.Enqueue(call);

    public void Add(Operation operation) => _operations.Enqueue(operation);

    public void Add(FaultWindow window) => _windows.Enqueue(window);

    public void AddViolation(string what) => _violations.Enqueue($"{TimeSpan.FromTicks(Now).TotalSeconds:F1} s: {what}");
}
