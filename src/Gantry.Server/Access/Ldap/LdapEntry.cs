using System.Text;

namespace Gantry.Server.Access.Ldap;

/// <summary>An entry that a search found.</summary>
/// <param name="Dn">Its distinguished name, as the directory writes it.</param>
/// <param name="Attributes">What was asked for and is there; names in any case.</param>
public sealed record LdapEntry(string Dn, IReadOnlyDictionary<string, IReadOnlyList<byte[]>> Attributes)
{
    /// <summary>An attribute's first value: text, or for bytes that are none (objectGUID) their hexadecimal digits.</summary>
    public string? First(string attribute)
    {
        if (!Attributes.TryGetValue(attribute, out var values) || values.Count == 0 || values[0].Length == 0)
            return null;
        try
        {
            var text = Strict.GetString(values[0]);
            return text.Any(char.IsControl) ? Convert.ToHexStringLower(values[0]) : text;
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToHexStringLower(values[0]);
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
