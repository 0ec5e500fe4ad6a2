namespace Gantry.Build.Dockerfile;

/// <summary>How many letters must change to make one word of another (Levenshtein), for guessing what was meant.</summary>
internal static class EditDistance
{
    public static int Between(string left, string right)
    {
        // A word too long to be a slip of any keyword needs no table.
        if (left.Length > 32)
            return int.MaxValue;
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[right.Length];
    }
}
