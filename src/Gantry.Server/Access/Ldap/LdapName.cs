using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gantry.Server.Access.Ldap;

/// <summary>Names of a directory: attributes, and values inside a distinguished name.</summary>
public static class LdapName
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;");

    /// <summary>Whether a text is an attribute's name or number, with options (RFC 4512, 2.5).</summary>
    public static bool IsAttribute(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 256 && char.IsAsciiLetterOrDigit(text[0]) && !text.ContainsAnyExcept(Letters);

    /// <summary>Whether a typed name is in the one form that a person's failed sign-ins are counted by.</summary>
    /// <remarks>
    /// Directories match names loosely (RFC 4518): they drop blanks at the ends and letters that nobody sees, and take a wide a for a narrow one. Else each such form of a name
    /// would have failures of its own to spend. Two letters of a script that look alike stay two.
    /// </remarks>
    public static bool IsPlain(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name[0] == ' ' || name[^1] == ' ' || name.Contains("  ", StringComparison.Ordinal))
            return false;
        foreach (var c in name)
        {
            var plain = c < 0x80 ? c is >= ' ' and <= '~' : c < 0xfb00 && c is not ((>= '\u1d00' and <= '\u1dbf') or (>= '\u2000' and <= '\u2fff')) && IsOfNames(c);
            if (!plain)
                return false;
        }
        return true;
    }

    private static bool IsOfNames(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>A template of a DN with a typed name in it, whose every letter is a part of the value (RFC 4514, 2.4).</summary>
    public static string Fill(string template, string value)
    {
        var escaped = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is '"' or '+' or ',' or ';' or '<' or '>' or '\\' or '=' or '{' or '}' or '/' || (c == '#' && i == 0) || (c == ' ' && (i == 0 || i == value.Length - 1)))
                escaped.Append('\\').Append(((int)c).ToString("x2"));
            else
                escaped.Append(c);
        }
        return template.Replace("{0}", escaped.ToString(), StringComparison.Ordinal);
    }
}
