namespace Gantry.Server.Tests.Conformance;

/// <summary>Which names of the tree were run, in order, and how each ended. A failure stops its own step alone.</summary>
internal sealed class ConformanceLog
{
    private readonly Dictionary<string, List<string?>> _outcomes = new(StringComparer.Ordinal);
    private string _group = "";

    /// <summary>Each name, with how often it was run where that is not once, as <see cref="ConformanceTree"/> writes it.</summary>
    public IEnumerable<string> Names => _outcomes.Select(entry => ConformanceTree.Write(entry.Key, entry.Value.Count));

    /// <summary>What went wrong under a name; null where the name was not run at all.</summary>
    public IReadOnlyList<string>? FailuresOf(string name) => _outcomes.TryGetValue(name, out var outcomes) ? [.. outcomes.OfType<string>()] : null;

    public async Task GroupAsync(string name, Func<Task> body)
    {
        var outer = _group;
        _group = $"{outer}{name}/";
        await body();
        _group = outer;
    }

    public async Task StepAsync(string name, Func<Task> body)
    {
        string? failure = null;
        try
        {
            await body();
        }
        catch (Exception e)
        {
            failure = e.ToString();
        }
        if (!_outcomes.TryGetValue(_group + name, out var outcomes))
            _outcomes.Add(_group + name, outcomes = []);
        outcomes.Add(failure);
    }
}
