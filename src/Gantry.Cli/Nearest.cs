namespace Gantry.Cli;

/// <summary>Guesses which word was meant by a mistyped one.</summary>
internal static class Nearest
{
    /// <summary>A longer word is no slip of any of ours, and needs no table.</summary>
    private const int Longest = 40;

    /// <summary>The words that begin with what was typed, or are a slip or two of the keyboard away; the nearest first.</summary>
    public static string[] Of(string typed, IEnumerable<string> words)
    {
        if (typed.Length is < 2 or > Longest)
            return [];
        // In a short word a second slip would make it another one.
        var slips = typed.TrimStart('-').Length <= 4 ? 1 : 2;
        return
        [
            .. words.Select(word => (Word: word, Distance: Distance(typed, word)))
                .Where(near => near.Distance <= slips || (typed.TrimStart('-').Length >= 3 && near.Word.StartsWith(typed, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(near => near.Distance).ThenBy(near => near.Word, StringComparer.Ordinal).Select(near => near.Word).Take(3),
        ];
    }

    /// <summary>How many letters are missing, added, changed, or swapped with their neighbour (optimal string alignment).</summary>
    internal static int Distance(string left, string right)
    {
        var (older, old, row) = (new int[right.Length + 1], new int[right.Length + 1], Enumerable.Range(0, right.Length + 1).ToArray());
        for (var i = 1; i <= left.Length; i++)
        {
            (older, old, row) = (old, row, older);
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(Math.Min(old[j], row[j - 1]) + 1, old[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], older[j - 2] + 1);
            }
        }
        return row[right.Length];
    }
}
