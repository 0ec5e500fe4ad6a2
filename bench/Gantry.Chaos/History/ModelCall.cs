using System.Runtime.InteropServices;

namespace Gantry.Chaos.History;

/// <summary>A call with its values as numbers.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ModelCall(CallKind Kind, CallOutcome Outcome, int Value, int Expected, long Begin, long End)
{
    /// <summary>Its effect and its outcome are the same whatever came before it.</summary>
    public bool IsBlind => Kind == CallKind.Write || (Kind == CallKind.Delete && Outcome == CallOutcome.Unknown);

    /// <summary>With its outcome it never changes anything, wherever it is placed.</summary>
    public bool IsIdle => Outcome == CallOutcome.Refused || Kind == CallKind.Read;

    public bool IsUnknown => Outcome == CallOutcome.Unknown;
}
