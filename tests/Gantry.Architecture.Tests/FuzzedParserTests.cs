using System.Reflection;
using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>Whatever reads text or bytes from outside is read in some fuzz loop.</summary>
public sealed class FuzzedParserTests
{
    private static readonly HashSet<string> Inputs =
        ["String", "ReadOnlySpan`1", "ReadOnlyMemory`1", "StringValues", "IEnumerable`1", "HttpRequest", "HttpContext", "RegistryRequest"];

    private static readonly string[] Verbs =
        ["Parse", "TryParse", "Read", "Match", "Resolve", "TryOf", "FindNext", "PathOf", "WaitOf", "OfQuery", "IsUnchanged", "KeepsRange"];

    [Fact]
    public void Every_parser_is_called_or_named_by_a_fuzz_loop()
    {
        var loops = string.Concat(SourceTree.Files
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal) && Regex.IsMatch(file, "(Fuzz|Property)Tests\\.cs$"))
            .Select(file => File.ReadAllText(SourceTree.FullPath(file))));
        var parsers = Parsers().ToList();
        Assert.True(parsers.Count > 30, $"{parsers.Count} parsers");
        Findings.None(parsers.Where(parser => !Regex.IsMatch(loops, $@"\b{Regex.Escape(parser)}\b")).Select(parser => $"{parser} is in no fuzz loop"));
    }

    private static IEnumerable<string> Parsers() => (
        from assembly in (Assembly[])[typeof(Protocol.Printable).Assembly, typeof(Server.GantryServer).Assembly]
        from type in assembly.GetTypes()
        where type.Namespace?.StartsWith("Gantry.", StringComparison.Ordinal) == true && !type.Name.Contains('<', StringComparison.Ordinal)
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !method.IsPrivate && Verbs.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal))
            && method.GetParameters() is [var input, ..] && Inputs.Contains(input.ParameterType.Name)
        select $"{type.Name}.{method.Name}").Distinct();
}
