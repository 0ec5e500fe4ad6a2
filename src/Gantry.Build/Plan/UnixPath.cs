namespace Gantry.Build.Plan;

/// <summary>Paths inside images, which are Unix paths on every system.</summary>
public static class UnixPath
{
    /// <summary>An absolute path without <c>.</c>, <c>..</c> and doubled slashes, relative ones taken from a folder. It never ends with a slash, except the root.</summary>
    public static string Combine(string folder, string path)
    {
        var names = new List<string>();
        foreach (var name in (path.StartsWith('/') ? path : $"{folder}/{path}").Split('/'))
        {
            if (name == "..")
            {
                if (names.Count > 0)
                    names.RemoveAt(names.Count - 1);
            }
            else if (name is not ("" or "."))
                names.Add(name);
        }
        return "/" + string.Join('/', names);
    }

    /// <summary>Whether a path can only be a folder: it ends with a slash, or with a dot for one.</summary>
    public static bool NamesFolder(string path) => path is "." or ".." || path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);
}
