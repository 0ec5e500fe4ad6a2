namespace Gantry.Chaos.History;

/// <summary>The search of <see cref="LinearizabilityChecker"/> over the calls of one register, in the order of their begins. Used once.</summary>
internal sealed class RegisterSearch
{
    private readonly ModelCall[] _calls;
    private readonly UInt128[] _marks;
    private readonly bool[] _placed;
    private readonly int[] _unknown;
    private readonly int _budget;
    private readonly HashSet<UInt128> _seen = [];
    private readonly Stack<Frame> _frames = [];

    // For each value: calls not yet placed that write it, and answered ones that must find it.
    private readonly int[] _writersLeft;
    private readonly int[] _findersLeft;
    private int _answeredLeft;

    public RegisterSearch(ModelCall[] calls, int budget)
    {
        _calls = calls;
        _budget = budget;
        _placed = new bool[calls.Length];
        _unknown = [.. Enumerable.Range(0, calls.Length).Where(at => calls[at].IsUnknown)];
        _answeredLeft = calls.Count(call => !call.IsUnknown);
        var values = calls.Length == 0 ? 1 : 1 + calls.Max(call => Math.Max(call.Value, call.Expected));
        _writersLeft = new int[values];
        _findersLeft = new int[values];
        foreach (var call in calls)
            Count(call, 1);
        var dice = new Dice(0x6c696e65);
        _marks = [.. calls.Select(_ => new UInt128(dice.Next(), dice.Next()))];
    }

    /// <summary>The longest row of calls that could be placed, as indices.</summary>
    public IReadOnlyList<int> Furthest { get; private set; } = [];

    /// <summary>The answered calls that might have come next there, and could not.</summary>
    public IReadOnlyList<int> Stuck { get; private set; } = [];

    public LinearizabilityVerdict Run()
    {
        // What nobody wrote needs no search, and would make it a long one.
        if (FindUnwritten() is { } unwritten)
        {
            Stuck = [unwritten];
            return LinearizabilityVerdict.NotLinearizable;
        }
        _frames.Push(Open(new Frame { Placed = -1 }));
        while (_frames.TryPeek(out var frame))
        {
            if (_answeredLeft == 0)
                return LinearizabilityVerdict.Linearizable;
            if (_seen.Count > _budget)
                return LinearizabilityVerdict.Undecided;
            if (frame.Next == frame.Moves.Count)
            {
                // (4)
                Remember(frame);
                _frames.Pop();
                Lift(frame.Placed);
                continue;
            }
            var at = frame.Moves[frame.Next++];
            RegisterModel.TryApply(_calls[at], frame.State, out var state);
            var marks = frame.Marks ^ _marks[at];
            var owes = _calls[at].IsUnknown;
            Place(at);
            // (4)
            if (Loses(frame.State, state) || !_seen.Add(Mixed(marks, state, owes)))
            {
                Lift(at);
                continue;
            }
            _frames.Push(Open(new Frame { Placed = at, State = state, Marks = marks, Owes = owes, First = frame.First, Latest = Math.Max(frame.Latest, _calls[at].Begin) }));
        }
        return LinearizabilityVerdict.NotLinearizable;
    }

    private int? FindUnwritten()
    {
        for (var at = 0; at < _calls.Length; at++)
        {
            if (Found(_calls[at]) is > 0 and var value && _writersLeft[value] == 0)
                return at;
        }
        return null;
    }

    /// <summary>Finds what may come next.</summary>
    private Frame Open(Frame frame)
    {
        var first = frame.First;
        while (first < _calls.Length && (_placed[first] || _calls[first].IsUnknown))
            first++;
        frame.First = first;
        var window = AnsweredWindow(first, out var firstEnd);

        // (1)
        foreach (var at in window)
        {
            if (_calls[at].IsIdle && !ExcludesUnknown(frame, at) && RegisterModel.TryApply(_calls[at], frame.State, out _))
            {
                frame.Moves.Add(at);
                return frame;
            }
        }
        // (2)
        foreach (var at in window.OrderBy(at => _calls[at].End))
        {
            if (!(frame.Owes && _calls[at].IsBlind) && RegisterModel.TryApply(_calls[at], frame.State, out _))
                frame.Moves.Add(at);
        }
        // (3)
        AddUnknown(frame, firstEnd);
        return frame;
    }

    /// <summary>Answered calls that began before any other one of them that is not placed had ended.</summary>
    private List<int> AnsweredWindow(int first, out long firstEnd)
    {
        var window = new List<int>();
        firstEnd = long.MaxValue;
        for (var at = first; at < _calls.Length && _calls[at].Begin <= firstEnd; at++)
        {
            if (_placed[at] || _calls[at].IsUnknown)
                continue;
            window.Add(at);
            firstEnd = Math.Min(firstEnd, _calls[at].End);
        }
        return window;
    }

    private void AddUnknown(Frame frame, long firstEnd)
    {
        Dictionary<(CallKind, int, int), long>? alike = null;
        foreach (var at in _unknown)
        {
            if (_calls[at].Begin > firstEnd)
                break;
            if (_placed[at] || _calls[at].End < frame.Latest || (frame.Owes && _calls[at].IsBlind))
                continue;
            RegisterModel.TryApply(_calls[at], frame.State, out var next);
            // One without effect need not be placed. Of two that do the same, the one that began later can wait, unless it ends earlier.
            var deed = (_calls[at].Kind, _calls[at].Value, _calls[at].Expected);
            if (next == frame.State || ((alike ??= []).TryGetValue(deed, out var end) && end <= _calls[at].End))
                continue;
            alike[deed] = _calls[at].End;
            frame.Moves.Add(at);
        }
    }

    /// <summary>Whether a call of unknown outcome that might still come would be too late after this one.</summary>
    private bool ExcludesUnknown(Frame frame, int at)
    {
        foreach (var unknown in _unknown)
        {
            if (_calls[unknown].Begin > _calls[at].Begin)
                return false;
            if (!_placed[unknown] && _calls[unknown].End >= frame.Latest && _calls[unknown].End < _calls[at].Begin)
                return true;
        }
        return false;
    }

    /// <summary>Keeps the longest row that led nowhere, for people.</summary>
    private void Remember(Frame frame)
    {
        if (_frames.Count <= Furthest.Count + 1 && Stuck.Count > 0)
            return;
        Furthest = [.. _frames.Reverse().Select(each => each.Placed).Where(at => at >= 0)];
        Stuck = AnsweredWindow(frame.First, out _);
    }

    private void Place(int at)
    {
        _placed[at] = true;
        _answeredLeft -= _calls[at].IsUnknown ? 0 : 1;
        Count(_calls[at], -1);
    }

    private void Lift(int at)
    {
        if (at < 0)
            return;
        _placed[at] = false;
        _answeredLeft += _calls[at].IsUnknown ? 0 : 1;
        Count(_calls[at], 1);
    }

    /// <summary>Whether the value that goes is one that somebody must still find and nobody will write again.</summary>
    private bool Loses(int state, int next) => state != next && state != 0 && _findersLeft[state] > 0 && _writersLeft[state] == 0;

    private void Count(in ModelCall call, int by)
    {
        if (call.Kind is CallKind.Write or CallKind.WriteIf && call.Outcome != CallOutcome.Refused)
            _writersLeft[call.Value] += by;
        if (Found(call) is { } value)
            _findersLeft[value] += by;
    }

    /// <summary>The value that the call found for certain; null where it tells of none.</summary>
    private static int? Found(in ModelCall call) => (call.Kind, call.Outcome) switch
    {
        (CallKind.Read, CallOutcome.Done) => call.Value,
        (CallKind.WriteIf, CallOutcome.Done) => call.Expected,
        _ => null,
    };

    private static UInt128 Mixed(UInt128 marks, int state, bool owes)
    {
        var dice = new Dice(((ulong)(uint)state << 1) | (owes ? 1UL : 0));
        return marks ^ new UInt128(dice.Next(), dice.Next());
    }

    /// <summary>A step of the search: the call placed last, the state after it, and what to try next.</summary>
    private sealed class Frame
    {
        public required int Placed { get; init; }

        public int State { get; init; }

        public UInt128 Marks { get; init; }

        /// <summary>The call placed last has no outcome, so that the next one must depend on the state.</summary>
        public bool Owes { get; init; }

        /// <summary>The latest begin of the calls that are placed: what ended before it comes too late.</summary>
        public long Latest { get; init; } = long.MinValue;

        /// <summary>Every answered call before this one is placed.</summary>
        public int First { get; set; }

        public List<int> Moves { get; } = [];

        public int Next { get; set; }
    }
}
