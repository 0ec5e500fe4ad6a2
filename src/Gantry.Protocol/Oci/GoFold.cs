namespace Gantry.Protocol.Oci;

/// <summary>Whether Go's JSON decoder takes two member names for the same: it folds case by Unicode's simple rules.</summary>
internal static class GoFold
{
    private const char LongS = '\u017f';
    private const char KelvinSign = '\u212a';

    /// <param name="name">Any text.</param>
    /// <param name="known">ASCII text, to which beside its own letters only two signs fold: the long s and the kelvin sign.</param>
    public static bool Equals(string name, string known)
    {
        if (name.Length != known.Length)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i] switch
            {
                LongS => 's',
                KelvinSign => 'k',
                var other => char.ToLowerInvariant(other),
            };
            if (c != char.ToLowerInvariant(known[i]))
                return false;
        }
        return true;
    }
}
