using System.Buffers;
using System.Text;

namespace Gantry.Server.Access.Ldap;

/// <summary>Names of a directory: attributes, and values inside a distinguished name.</summary>
public static class LdapName
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;");

    /// <summary>Whether a text is an attribute's name or number, with options (RFC 4512, 2.5).</summary>
    public static bool IsAttribute(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 256 && char.IsAsciiLetterOrDigit(text[0]) && !text.ContainsAnyExcept(Letters);

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
