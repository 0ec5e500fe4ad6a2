namespace Gantry.Build.Plan;

/// <summary>The <c>NAME=value</c> list of an image's settings.</summary>
internal static class EnvironmentList
{
    public static string? Find(IReadOnlyList<string> list, string name)
    {
        foreach (var entry in list)
        {
            if (IsNamed(entry, name))
                return entry[(name.Length + 1)..];
        }
        return null;
    }

    /// <summary>The list with the variable set: in its old place, or at the end.</summary>
    public static IReadOnlyList<string> Set(IReadOnlyList<string> list, string name, string value)
    {
        var changed = list.ToList();
        var at = changed.FindIndex(entry => IsNamed(entry, name));
        if (at < 0)
            changed.Add($"{name}={value}");
        else
            changed[at] = $"{name}={value}";
        return changed;
    }

    private static bool IsNamed(string entry, string name) =>
        entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal);
}
