using Gantry.Server.Access;

namespace Gantry.Server.Http;

/// <summary>What a management path does with a method, and the right that it takes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Template">Words, which count in any case, and <c>{variables}</c> between slashes; a last <c>{*variable}</c> takes all that is left, as it was sent.</param>
/// <param name="Right">One right on the registry; <see cref="Rights.None"/> for whoever signed in; null for everybody.</param>
/// <param name="Act">Answers. Receives the variables in their order, decoded.</param>
public sealed record ManagedRoute(string Method, string Template, Rights? Right, Func<RegistryRequest, IReadOnlyList<string>, Task> Act)
{
    private readonly string[] _words = Template.Split('/');

    /// <summary>The variables of a path that this route is for; null where it is for others.</summary>
    public IReadOnlyList<string>? Match(ReadOnlySpan<char> path)
    {
        var values = new List<string>();
        for (var i = 0; i < _words.Length; i++)
        {
            var word = _words[i];
            if (word.StartsWith("{*", StringComparison.Ordinal))
            {
                values.Add(path.ToString());
                return path.IsEmpty ? null : values;
            }
            var slash = path.IndexOf('/');
            var isLast = i == _words.Length - 1;
            if (isLast != slash < 0)
                return null;
            var piece = isLast ? path : path[..slash];
            if (word is ['{', ..])
            {
                if (piece.IsEmpty)
                    return null;
                values.Add(Uri.UnescapeDataString(piece.ToString()));
            }
            else if (!piece.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
            path = isLast ? [] : path[(slash + 1)..];
        }
        return values;
    }
}
