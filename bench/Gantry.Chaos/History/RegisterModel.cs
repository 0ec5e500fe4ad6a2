namespace Gantry.Chaos.History;

/// <summary>How a register behaves when calls come one after another. Values are numbers, 0 stands for none.</summary>
internal static class RegisterModel
{
    /// <summary>Whether the call can take effect now with the outcome that its client saw, and the state after it.</summary>
    public static bool TryApply(in ModelCall call, int state, out int next)
    {
        next = call.Kind switch
        {
            CallKind.Write => call.Value,
            CallKind.WriteIf => state == call.Expected ? call.Value : state,
            CallKind.Delete => 0,
            CallKind.Clear => state == call.Value ? 0 : state,
            _ => state,
        };
        if (call.Outcome == CallOutcome.Unknown)
            return true;
        var wouldDo = call.Kind switch
        {
            CallKind.Read => state == call.Value,
            CallKind.WriteIf => state == call.Expected,
            CallKind.Delete => state != 0,
            // A manifest can be there without this tag, but this tag is not there without its manifest.
            CallKind.Clear => call.Outcome == CallOutcome.Done || state == call.Value,
            _ => true,
        };
        if (call.Outcome == CallOutcome.Done)
            return wouldDo;
        next = state;
        return !wouldDo;
    }
}
