using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Http.Runs;

/// <summary>Reads the <c>$filter</c> of a list of runs: the forms that az writes, joined by <c>and</c>.</summary>
/// <remarks><code>
///   Status eq 'Failed'      TaskName eq 'nightly'      contains(OutputImageManifests, 'repository@sha256:…')
/// </code></remarks>
internal ref struct RunFilterText
{
    private const string Forms = "Status eq 'X', TaskName eq 'X' and contains(OutputImageManifests, 'REPOSITORY@DIGEST'), joined by \"and\"";

    private ReadOnlySpan<char> _rest;

    private RunFilterText(ReadOnlySpan<char> text) => _rest = text;

    public RunStatus? Status { get; private set; }

    public string? Manifest { get; private set; }

    /// <summary>Whether a task is named. No run is one of a task here.</summary>
    public bool NamesTask { get; private set; }

    /// <exception cref="RegistryException">It is none of these forms.</exception>
    public static RunFilterText Parse(ReadOnlySpan<char> text)
    {
        var filter = new RunFilterText(text.Trim());
        if (filter._rest.IsEmpty)
            return filter;
        filter.ReadClause();
        while (!filter._rest.IsEmpty)
        {
            filter.Expect("and");
            filter.ReadClause();
        }
        return filter;
    }

    private void ReadClause()
    {
        if (Take("contains"))
        {
            Expect("(");
            Expect("OutputImageManifests");
            Expect(",");
            Manifest = ReadText();
            Expect(")");
        }
        else if (Take("Status"))
        {
            Expect("eq");
            Status = ReadStatus(ReadText());
        }
        else if (Take("TaskName"))
        {
            Expect("eq");
            ReadText();
            NamesTask = true;
        }
        else
        {
            throw Refused();
        }
    }

    private static RunStatus ReadStatus(string text)
    {
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            if (status.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return status;
        }
        throw new RegistryException(ErrorCode.RequestInvalid, $"there is no status \"{Printable.Of(text)}\"; there is {string.Join(", ", Enum.GetNames<RunStatus>())}");
    }

    /// <summary>A text between single quotes; one of those within is written twice.</summary>
    private string ReadText()
    {
        Expect("'");
        var text = new StringBuilder();
        while (_rest.IndexOf('\'') is >= 0 and var quote)
        {
            text.Append(_rest[..quote]);
            _rest = _rest[(quote + 1)..];
            if (_rest is not ['\'', ..])
            {
                _rest = _rest.TrimStart();
                return text.ToString();
            }
            text.Append('\'');
            _rest = _rest[1..];
        }
        throw Refused();
    }

    private bool Take(string word)
    {
        if (!_rest.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            return false;
        var after = _rest[word.Length..];
        // A word ends where the next one cannot go on; a blank after an opening quote belongs to the text.
        if (char.IsAsciiLetter(word[0]) && after is [var next, ..] && char.IsAsciiLetterOrDigit(next))
            return false;
        _rest = word == "'" ? after : after.TrimStart();
        return true;
    }

    private void Expect(string word)
    {
        if (!Take(word))
            throw Refused();
    }

    private static RegistryException Refused() => new(ErrorCode.RequestInvalid, $"the filter is not understood; there is {Forms}");
}
