namespace Gantry.Protocol.Tests.Naming;

/// <summary>The specification's name grammars as automata, one character at a time: slow, plain, and written apart from the parsers that they check.</summary>
internal static class NameOracle
{
    private enum State
    {
        /// <summary>Before the first character of a component.</summary>
        Start,
        Alphanumeric,
        Dot,
        Underscore,
        TwoUnderscores,
        Dashes,
    }

    /// <summary>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*, at most 255 characters.</summary>
    public static bool IsRepository(string text)
    {
        if (text.Length > 255)
            return false;
        var state = State.Start;
        foreach (var c in text)
        {
            var isLetter = c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
            State? next = (state, c) switch
            {
                (_, _) when isLetter => State.Alphanumeric,
                (State.Alphanumeric, '/') => State.Start,
                (State.Alphanumeric, '.') => State.Dot,
                (State.Alphanumeric, '_') => State.Underscore,
                (State.Underscore, '_') => State.TwoUnderscores,
                (State.Alphanumeric or State.Dashes, '-') => State.Dashes,
                _ => null,
            };
            if (next is not { } moved)
                return false;
            state = moved;
        }
        return state == State.Alphanumeric;
    }

    /// <summary>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}</summary>
    public static bool IsTag(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isWord = text[i] is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';
            if (!isWord && (i == 0 || text[i] is not ('.' or '-')))
                return false;
        }
        return text.Length is >= 1 and <= 128;
    }

    /// <summary>The algorithm's name, a colon, and as many lower-case hexadecimal digits as the algorithm has.</summary>
    public static bool IsDigest(string text)
    {
        foreach (var (name, length) in new[] { ("sha256:", 64), ("sha384:", 96), ("sha512:", 128) })
        {
            if (text.Length == name.Length + length && text.StartsWith(name, StringComparison.Ordinal))
                return text[name.Length..].All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
        }
        return false;
    }
}
